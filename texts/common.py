"""Words that several rooms use."""

FILES = ("{number} file", "{number} files")
MODELS = ("{number} model", "{number} models")
COMMA = ", "
AND = "{before} and {after}"
OR = "{before} or {after}"
