"""The details of a model: figures, files, formats, VRAM, other models."""

FILES = "Files"
FORMATS = "Formats"
CONFIG_CHOICES = "Config choices"
VRAM_BY_SIZE = "VRAM by size"
VRAM_BY_SIZE_AND_LENGTH = "VRAM by size and length"
OTHER_MODELS = "Other models for the same task"
ABOUT = "About this model"

# figures
SPEED = "Speed"
VRAM = "VRAM"
RAM = "RAM"
QUALITY = "Quality"
MAKES = "Makes"
BEST_FOR = "Best for"
ALL_FILES = "All files"
ORIGINS = {
    "PUBLISHED": "published",
    "ESTIMATED": "estimated",
    "BOUNDED": "estimated",
    "UNKNOWN": "not known",
}
RAM_BASIS = (
    "All weights, and the rest of the system under memory profile 4: assumed, as few figures are published."
)
TIMES_AS_FAST = "{tier}, ~{times} × the speed of Wan 2.1 text to video"
VRAM_AT_LEAST = "{least} at least"
VRAM_AT_LEAST_AND_ADVISED = "{least} at least, {advised} GB advised"
WHERE_FROM = "Where these figures come from"
SOURCES = "Sources:"

# files
FILE = "File"
SIZE = "Size"
STATE = "State"
FILES_OF = "Files of {name}"
OTHER_PARTS = "Other parts of the model"
SHARED_HELPERS = "Helpers shared by all models"
HERE_OF_FILES = ("{what}: {here} of {number} file on disk", "{what}: {here} of {number} files on disk")
GOES_TO = "goes to"
COPY = "Copy"
COPIED = "Copied"
SELECTED = "Selected"
COPY_PATH = "Copy path of {name}"
SIZE_WITH_HERE = "{size}, of which {here} are on disk"
SIZE_WITH_SHARED = "{size}, of which {shared} are shared by all models"
SIZE_WITH_BOTH = "{size}, of which {here} are on disk and {shared} are shared by all models"

# formats and config choices
FORMAT = "Format"
ON_DISK = "On disk"
TAKEN_WITH = "Taken with"
CHOSEN_BY = "chosen by the setting “{setting}”"
IN_USE = "in use"
CHOICE = "Choice"
WOULD_FETCH = "Generate would fetch"

# VRAM by size and length
LEAST_CARD = "The least card expected to do, under memory profile {profile} with {form} weights."
CARD_NOT_KNOWN = (
    "This computer's graphics card is not known: choose one under “Judge for card” to compare with it."
)
LINE_IS = "The line is {card}, {size} GB."
THIS_CARD = "this card"
FIT_LEGEND = "✓ fits: with room to spare. ◐ tight: close other programs. ▽ offloads: still runs, but slower."
PUBLISHED_WITHOUT_TILDE = "Figures without ~ are published."
FIT = "Fit"
LENGTH = "Length (frames)"
FRAMES = "Frames"
NEEDS = "Needs"
DEFAULT = "default"

# other models
FASTER = "Faster"
BETTER = "Better"
LIGHTER = "Lighter"
OPEN_TIP = "Open its details"

# about
NOTES = "Notes"
LICENCE = "Licence"
FAMILY = "Family"
MODEL_ID = "Model id"
YOUR_FINETUNE = "(your finetune)"
BASE_TYPE = "Base type"
