"""About the Wan2GP that the plugin runs in: what it lacks, how it works, what is not sure."""

TAB = "Model Tracker"
DESCRIPTION = "What you have, what Generate will download and why, and which model to use."

# what is lost without a name of Wan2GP's
WITHOUT = {
    "models_def": "no model can be listed",
    "fl": "the checkpoint folders are taken to be “ckpts” and “.”",
    "model_types_handlers": "the files that a model's handler asks for are not known",
    "get_model_filename": "the file is chosen by the known rule",
    "get_model_config_groups": "config choices are read from the definitions",
    "query_core_shared_model_files": "which files are fetched with every model is told otherwise",
    "query_matanyone_download_def": "the mask helper files are not told by a function",
    "quant_router": "“int8” and “fp8” are looked for in file names as they are",
    "transformer_quantization": "it is taken from the configuration, else int8, and not sure",
    "text_encoder_quantization": "it is taken from the configuration, else int8, and not sure",
    "transformer_dtype_policy": "it is taken from the configuration, else automatic, and not sure",
    "bfloat16_supported": "the graphics card is taken to have native bf16, which is not sure",
    "server_config": "settings are taken to be Wan2GP's defaults, which is not sure",
    "args": "command-line options are not known",
    "get_lora_root": "the LoRA folder is taken from the command line and the configuration",
    "families_infos": "families are named as in the definitions",
    "WanGP_version": "the version of Wan2GP is not known",
    "switch_to_model": "“Use this model” writes into the selector itself",
}
NO_CONFIG_CHOICES = "the form has no config choices"

# what is not sure
NOT_SURE = ("Not sure: {reason}.", "Update this plugin or Wan2GP.")
HAS_NO = "this Wan2GP has no {name}"
HELPERS_NOT_TOLD = "Wan2GP does not tell its helper files or formats ({error})"
ENCODER_NOT_TOLD = "nothing tells whether handlers or definitions name the text encoder"
MASK_HELPERS_NOT_TOLD = "the mask helper files that are fetched with every model are not told"
SHARED_NOT_TOLD = "nothing tells which helper files are fetched with every model"
NO_DEFINITION = "the model's handler answers {value} where a definition is due"
NO_FILE_TAKEN = "Wan2GP answers {value} when asked which file it takes"
QUERY_TAKES = "the handler's query_model_files takes {taken}"
QUERY_TAKES_NOTHING = "the handler's query_model_files takes nothing"
LORA_FOLDER_NOT_TOLD = ("Not sure: nothing tells the model's LoRA folder.", "Update this plugin.")
COMMAND_LINE = ("Not sure: the command line may name the LoRA folder.", "Update this plugin.")
HANDLER_NAMES_NONE = ("The handler names no files.", "Update Wan2GP.")
LORA_FOLDER_UNKNOWN = ("The model's LoRA folder is not known.", "Update Wan2GP.")
NO_LORA_FOLDER = ("The model's handler names no LoRA folder.", "Update Wan2GP.")
NO_LIST_OF_FILES = ("{who} answers {value}, no list of files.", "Update Wan2GP.")
THE_HANDLER = "The handler"

# whether it is verified
NAMED = "Wan2GP {version}"
UNNAMED = "A Wan2GP of unknown version"
VERSION_NOT_KNOWN = "version not known"
VERIFIED = "{version}, verified"
NOT_VERIFIED = "{version}, not verified"
UNSURE = ("{verdict}: {number} thing is not sure", "{verdict}: {number} things are not sure")
LINE_VERIFIED = "{name}: verified."
LINE_NOT_VERIFIED = "{name}: not verified: what it offers decides how it is read."
ABILITY = "{name}: {words}."
FOUND = "found"
MISSING = "missing"
DOUBTED = "not sure"

# how it does what versions do in different ways, and what that costs
SHARED_FILES = "Files fetched with every model"
SHARED_ASKED = "Wan2GP's own functions name them"
SHARED_TABLE = "they are fixed in this version; this plugin has a table of them"
SHARED_TABLE_OF = "they are fixed in this version; this plugin has a table of them (that of {source})"
SHARED_TABLE_COSTS = "A list that differs from the table would not be noticed."
SHARED_ON_USE = "each is fetched when it is first used, none with every model"
SHARED_ON_USE_COSTS = "They are in no figure of what Generate would fetch."
SHARED_UNKNOWN = "not sure which files are fetched with every model"
SHARED_UNKNOWN_COSTS = "Generate may fetch more than is shown."

TEXT_ENCODER = "Text encoder"
ENCODER_LAST = "fetched last, into its own folder"
ENCODER_WITH_TRANSFORMER = "named by the model's handler; a definition's own is fetched besides"

NEW_FILES = "Checkpoint folder for new files"
FIRST_WITH_FOLDER = "the first that has the sub-folder already"
ALWAYS_FIRST = "always the first"

BAR = "“|folder” behind an address"
LORA_BAR = "“|folder” behind the address of a LoRA"
BAR_FOLDER = "understood"
BAR_KEPT = "not understood: the bar stays in the file's name"
BAR_COSTS = "A definition for newer versions puts such a file under another name."

DEFINITIONS = "Definitions"
CHANGED_BY_HANDLERS = "changed by handlers before use"
USED_AS_THEY_ARE = "used as they are"

CHOICE = "Choice among alternatives"
CHOICE_ASKED = "Wan2GP's own function is asked; {rule}"
CHOICE_BY_RULE = "by the known rule; {rule}"
CHOICE_COSTS = "Another choice than that of the rule would not be noticed."
STAND_INS = "int8 and fp8 stand in for each other"
NO_STAND_INS = "int8 and fp8 do not stand in for each other"

CONFIGS = "Config choices in the form"
CONFIGS_OFFERED = "offered"
CONFIGS_NONE = "this Wan2GP has none"
CONFIGS_COST = "The details show no config choices."

USE = "“Use this model”"
USE_BY_FUNCTION = "by Wan2GP's own function"
USE_BY_SELECTOR = "written into the selector itself"
USE_COSTS = "It is offered only where the selector takes it."
