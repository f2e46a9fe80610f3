"""The report, the list of a model's files, and what download scripts say of files."""

TITLE = "Wan2GP models"
SETTINGS = "Settings"
DRIVES = "Drives"
MODELS = "Models"
BY_FAMILY = "By family"
PROBLEMS_AND_NOTES = "Problems and notes"
COMPATIBILITY = "Compatibility"
PROBLEMS = "Problems"
SETTING = "{name}: {value}"

SUMMARY = (
    "{when}: {number} model: {counts}. {size} of model files on disk.",
    "{when}: {number} models: {counts}. {size} of model files on disk.",
)
STATUS_COUNT = "{mark} {number} {status}"
WAN2GP = "Wan2GP"
VERSION_NOT_KNOWN = "version not known"
MACHINE = "Machine"
ROOT = "Checkpoint folder"
CARD_NOT_KNOWN = "graphics card not known"
VRAM = "{size} GB VRAM"
RAM = "{size} GiB RAM"

HEADINGS = ("Status", "Model", "To fetch", "Speed", "VRAM (GB)", "Quality", "Size (GB)", "Best for", "Id")
NOTE = "Speed, VRAM and quality are not measured on this computer: “~” estimated, without it published, “–” not known."
PART = (
    "{matching} of {number} model, as filtered on the page.",
    "{matching} of {number} models, as filtered on the page.",
)
PART_FOLLOWS = (
    "{matching} of {number} model, as filtered on the page:",
    "{matching} of {number} models, as filtered on the page:",
)
FAMILY = "{family}: {here} of {of_all} downloaded"
MODEL_DOES = "{name}: {does}"
AND_MORE = "{name} and {number} more"
WHOSE = "{names}: {problem}"
FOUND = "Found: {names}."
NOT_FOUND = "Not found: {name}: {impact}."

# in short
NAMED = "Wan2GP {version}"
NAMED_VERIFIED = "Wan2GP {version}, verified"
NAMED_NOT_VERIFIED = "Wan2GP {version}, not verified"
OF_UNKNOWN_VERSION = "of unknown version"
MACHINE_AND_SETTINGS = "{machine}; {settings}"
MODEL_SIZE = "{name}, {size}"
MODEL_LACKS = "{name}: {lacks}"
TO_FETCH = "to fetch {size}"
ALL_NOT_FOUND = "Not found in this Wan2GP: {names}."
MORE = "… and {number} more"

# the list of a model's files
FILE_HEADINGS = ("State", "Size", "Path", "Address")
NO_ADDRESS = "no address"

# download scripts: what they say of the model and of files
MODEL = "{name} ({model_type})"
FETCHES_NOTHING = "Fetches nothing for {model}."
FETCHES = (
    "Fetches {number} file, {size}, for {model}.",
    "Fetches {number} files, {size}, for {model}.",
)
WHERE_TO = "Each file goes to where Wan2GP looks for it. What is there already is left alone."
RUN_AGAIN = "Run it again to go on after a break, or to try again what failed."
FILE = "{role}: {name}, {size}"
NOT_FETCHED_HERE = "Not fetched here: {reason}"
NOT_FETCHED_BY_THIS = "Not fetched by this script: {names}."
BROKEN = "Broken: {path}. {remedy}"
STOPPED = "{name}. Nothing tells where to fetch it: put it there by hand. What comes after it is in no script until then."
WHOLE_FOLDER = "it is a whole folder of a repository. Let Wan2GP fetch it."
NO_SOURCE = "nothing tells where to fetch it."
CONTROL_CHARACTERS = "its path or address has control characters. Let Wan2GP fetch it."
MALFORMED = "its address is malformed."
NOT_ON_HUB = "it is not in a model repository of {hub}. Take another form of this script for {url}"
NO_PLAIN_PATH = "its address is no plain path. Let Wan2GP fetch it."
