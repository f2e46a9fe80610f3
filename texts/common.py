"""Words that several rooms use."""

FILES = ("{number} file", "{number} files")
COMMA = ", "
AND = "{before} and {after}"
OR = "{before} or {after}"
