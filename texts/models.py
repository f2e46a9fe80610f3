"""Sentences about models, their files and settings."""

STATUSES = {"downloaded": "downloaded", "partial": "partial", "missing": "missing"}

# why a file is needed
WHY_NEEDED = {
    "SHARED": "Wan2GP fetches it with every model, once for all.",
    "TRANSFORMER": "The model's own weights.",
    "TRANSFORMER_2": "The model's second set of weights.",
    "MODULE": "Weights that are added to the transformer.",
    "PRELOAD": "Loaded before the model starts.",
    "VAE": "Turns the result into pictures or sound.",
    "LORA": "A LoRA that is part of this model.",
    "MODEL_DATA": "Needed by this model's code.",
    "TEXT_ENCODER": "Reads the prompt.",
}
DATA_VAE = "VAE: turns the result into pictures or sound."
DATA_IMAGE_ENCODER = "Image encoder: reads start pictures."
DATA_TOKENIZER = "Part of the tokenizer, which cuts the prompt into words."
DATA_SETTINGS = "Settings of one of the model's parts."

# why this one of several
THE_TRANSFORMERS_SETTING = "transformer quantization"
THE_TEXT_ENCODERS_SETTING = "text encoder quantization"
WHY_THIS = {
    "ONLY": "",
    "FIRST": "Your {setting} setting is {asked}: the first of {among} files is taken.",
    "ASKED": "Your {setting} setting is {asked}: this is the {asked} file.",
    "FALLBACK": "You asked for {asked}; there is none, so Wan2GP takes the {counterpart} file.",
    "DTYPE_WON": "You asked for {asked}; Wan2GP takes the {counterpart} file, as only that one is {dtype}.",
    "NO_MATCH": "You asked for {asked}; no file has it, so Wan2GP takes the first of {among}.",
    "UNQUANTIZED": "Your {setting} setting is {asked}: the first file that is not quantized is taken.",
    "HOST": "Wan2GP's own choice among {among} files.",
}

# what is wrong with it, and who else needs it
BROKEN = "Broken: {damage}. {remedy}"
NO_SOURCE = "Nothing tells where to fetch it: Generate stops here with an error. Put the file there."
CHECK_PERMISSIONS = "Check its permissions and its drive."
PUT_A_COPY = "Put a whole copy there: nothing tells where to fetch it."
DELETE_IT = "Delete it and let Wan2GP fetch it again."
ONLY_HERE = "Only for this model."
ALSO_BY = "Also used by {name}."
ALSO_BY_MORE = "Also used by {name} and {number} more."
SMALL = "small"
OF_A_STATE = "{number} {state}"

# settings
NOT_USED = "not used with your dtype setting"
AUTOMATIC = "automatic"
YES = "yes"
NO = "no"
YOU_HAVE = "You have {name}."
ADVICE = "With your settings Generate would fetch {now}; with {setting} {value} it would fetch {then}."
UNKNOWN_FILES = "files of unknown size"

# sizes
UNKNOWN_SIZE = "unknown size"
ABOUT = "about {size}"
AT_LEAST = "at least {size}"
GIGABYTES = "{number} GB"
MEGABYTES = "{number} MB"
KILOBYTES = "{number} kB"
BYTES = "{number} bytes"
DRIVE = "{name}: {free} free of {size}, models {models}"
DRIVE_NOT_KNOWN = "{name}: free space not known, models {models}"

# figures
SPEED = "{tier} ~{times}×"

# what Generate would do
WOULD_FETCH = (
    "Generate would fetch {number} file, {size}.",
    "Generate would fetch {number} files, {size}.",
)
WOULD_FETCH_SINCE = (
    "Generate would fetch {number} file, {size}: {why}.",
    "Generate would fetch {number} files, {size}: {why}.",
)
WOULD_STOP = "Generate would stop with an error: {name} is missing and nothing tells where to fetch it."
LOADING_FAILS = "{name} is broken, so loading would fail. {remedy}"
NOT_SURE_SINCE = "Not sure: {problems}"
READY = "Ready: Generate would fetch nothing."
FETCHES = ("{number} file, {size}", "{number} files, {size}")
NOTHING = "nothing"
STOPS = "error: no source"
NOT_SURE = "not sure"
BROKEN_FILE = "broken file"

# what lacks
PROBLEM = "its definition has a problem"
A_FILE_IS_BROKEN = "a file is broken"
NO_WEIGHTS = "none of its own weights are on disk"
OTHER_WEIGHTS = "another format, or only some, of its weights are on disk"
ONLY_HELPERS_LACK = "only helpers shared by all models are missing"
STILL_MISSING = "still missing: {parts}"
