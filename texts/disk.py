"""The disk section: looking for files, asking for sizes, checking, putting in place."""

DISK = "Disk: lost files, leftovers, sizes"
FIND = "Look for lost files and leftovers"
ASK_SIZES = "Get sizes from Hugging Face"
SEARCH_FOLDER = "Search this folder"
FOLDER = "Another folder with models, such as ComfyUI's"
FOLDER_EXAMPLE = "D:\\ComfyUI\\models"
NAME_A_FOLDER = "Name a folder first."
CHOOSE_FILES = "Files to put where Wan2GP looks for them"
HOW = "How"
HOW_DIFFERS = (
    "Move: the file leaves its folder. Hard link: takes no space, and the file stays until both names are deleted. "
    "Symbolic link: takes no space, and breaks when the original goes. Copy: takes its size again."
)
PLAN = "Show the plan"
PLACE = "Carry out this plan"
NOTHING_PLANNED = "There is nothing to do: choose a file. If the list is old, search again."
CANCEL = "Stop"
BUSY = "Another task is running. Wait for it, or press Stop."

LOOKING_THROUGH_ROOTS = "Looking through the checkpoint folders …"
LOOKING_FOR_LEFTOVERS = "Looking for leftovers of downloads …"
LOOKING_THROUGH = "Looking through {folder} …"
LOST_FILES = "Lost files"
LEFTOVERS = "Leftovers"
SUPERSEDED = "Superseded checkpoints"
FOUND_THERE = "Found there"

WRITTEN = "{step} of {steps}: {name} ({done} of {of_all})"
DONE = "Done"
NOT_POSSIBLE = "Not possible: {reason}"

ASKING = "Asking the Hugging Face Hub …"
ASKED = "{done} of {of_all} repositories asked …"
SIZES = "Sizes from the Hub"
SIZES_KNOWN = (
    "The sizes of {known} of {number} file are known now.",
    "The sizes of {known} of {number} files are known now.",
)

READ = "{done} of {of_all} read: {name}"
FULL_CHECK = "Check of the files of {name}"
NO_FILE = "No file is here."
VERDICTS = {
    "whole": "{number} whole",
    "different": "{number} different",
    "unreadable": "{number} unreadable",
    "unknown": "{number} could not be compared",
    "cancelled": "{number} cancelled",
}
BROKEN_FILE = "{path}: {reason}"
BAD_FILE = "{path}: {verdict}. {reason}"
BAD_FILE_WITH_REMEDY = "{path}: {verdict}; {remedy}. {reason}"
UNKNOWN_VERDICT = (
    "Nothing to compare with was kept. Press “Get sizes from Hugging Face” under Disk, then verify again."
)

HOWS = {"move": "Move", "hard-link": "Hard link", "symbolic-link": "Symbolic link", "copy": "Copy"}
STOPPING = "Stopping …"
