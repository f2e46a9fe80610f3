"""What may be wrong with definitions and folders: what it is, and what to do about it."""

NO_SUCH_TYPE = ("The model type {value} does not exist.", "Correct the name or remove the reference.")
NO_OBJECT = ("The definition of {value} is no JSON object.", "Correct the file.")
UNDER_KEY = "“{key}”: {error}"
SINGLE_ADDRESS = ("“{key}” is a single address, not a list.", "Put it in square brackets.")
LOOP = (
    "“{key}” goes from model to model in a loop or over more than {steps} steps ({value}).",
    "Give one of them a list of its own.",
)
NO_LIST_OF_ADDRESSES = ("“{key}” is {value}, not a list of addresses.", "Make it a list.")
NO_ADDRESS = ("“{key}” holds {value}, which is no address.", "Remove it.")
NO_LIST_OF_MODULES = ("“modules” is {value}, not a list.", "Make it a list.")
HALF_A_MODULE = ("A module has no “{key}”: {value}.", "Add “{key}” to it.")
NOT_ONE_MODULE = (
    "The module {value} is a model that has not exactly one module.",
    "List the files themselves.",
)
LOOP_OF_MODULES = ("“modules” goes from model to model in a loop.", "List the files themselves.")
NO_GROUP = ("“{key}” is {value}, not a JSON object.", "Correct it.")
NO_SUCH_CHOICE = ("The config choice {value} does not exist.", "Choose another one.")
NULL = ("“{key}” is null.", "Make it a list of addresses, or remove it.")

NO_NAME = ("The model has no name.", "Add “name” to it.")
NO_ARCHITECTURE = ("The model has no architecture.", "Add “architecture” to it.")
UNKNOWN_ARCHITECTURE = (
    "Wan2GP does not know the architecture {value}.",
    "Correct it, or update Wan2GP.",
)
NO_FAMILY = ("Wan2GP does not tell the model's family ({error}).", "Update Wan2GP.")
ENCODER_FOLDER = ("“text_encoder_folder” is {value}, no folder below the roots.", "Correct it.")
NO_REPOSITORY = ("The handler names no repository: {value}.", "Update Wan2GP.")
HANDLER_LEADS_OUT = ("The handler's file leads out of the checkpoint folders: {value}.", "Update Wan2GP.")
CHECK_DEFINITION = "Check the model's definition."

BAR_IN_NAME = ("A local name cannot have a “|”: {value}.", "Remove it.")
SEVERAL_BARS = ("More than one “|”: {value}.", "Keep one folder.")
NO_LORA_FOLDER = ("No LoRA folder is known for {value}.", "Name a folder instead.")
NO_FILE_NAME = ("The address names no file: {value}.", "Correct it.")
FOLDER_LEADS_OUT = ("The folder leads out of the checkpoint folders: {value}.", "Name a folder below.")
PATH_LEADS_OUT = ("The path leads out of the checkpoint folders: {value}.", "Use a plain file name.")

UNREADABLE = ("The folder cannot be read: {error}.", "Check its permissions and its drive.")
UNREADABLE_BELOW = (
    "The folder cannot be read: {error}.",
    "Check its permissions and whether its drive is connected.",
)
LIMIT_REACHED = (
    "Only {limit} files and folders were looked at; there are more.",
    "Name a folder deeper down.",
)
