"""Sentences about files on the disk: broken ones, misplaced ones, leftovers, and putting them in place."""

# how a file is broken: parts of sentences that begin with its name
CANNOT_BE_READ = "it cannot be read ({reason})"
EMPTY = "it is empty"
CUT_IN_HEADER = "it is cut off in its header"
NO_SAFETENSORS = "it is no safetensors file"
CUT_OFF = "it is cut off: {size} of {whole} bytes"
TOO_LONG = "it is {number} bytes too long"
NO_GGUF = "it is no GGUF file"
GGUF_CUT_OFF = "it is cut off: {size} of at least {whole} bytes"
NO_ARCHIVE_END = "it is cut off: the end of the archive is missing"
NO_JSON = "it is no JSON file"
JSON_CUT_OFF = "it is cut off: its JSON does not end"
BAD_JSON = "it does not parse as JSON"
LFS_POINTER = "it is only a Git LFS pointer to the real file"
WEB_PAGE = "it is a web page"
OTHER_SIZE = "it has {size} bytes, the published file {published}"
CHANGED_WHILE_READ = "it changed while it was read"
DELETE_IT = "delete it and let Wan2GP fetch it again"

# misplaced files
CANNOT_BE_USED = "{name} ({size}) lies in {here}, but cannot be used: {rejection}."
MOVE_IT = "{name} ({size}) lies in {here}; Wan2GP looks for it in {there}. Move it to {there}."
LINK_IT = "{name} ({size}) lies in {here}; Wan2GP looks for it in {there}. Link or copy it to {there}: {keep_reason}."
ONLY_THE_NAME = "Only its name matches: the published size is not known."
HERE_AFTER_ALL = (
    "{number} missing file is here after all: {size} less to download.",
    "{number} missing files are here after all: {size} less to download.",
)
NONE_FOUND = "None of the missing files was found."
NOT_USABLE = (
    "{number} file of the right name cannot be used.",
    "{number} files of the right name cannot be used.",
)
SEARCH_STOPPED = "You stopped the search, so there may be more."
USED_THERE = "another program may use it there"
ANOTHER_MODELS = "another model looks for it where it lies"
CHOSEN_LORA = "as a LoRA it can be chosen from where it lies"
IS_A_LINK = "it is a link"
NOT_WHOLE_PATH = ("Not a whole path.", "Name the folder with its drive or from the top.")
NO_FOLDER = ("There is no such folder.", "Check the name and whether its drive is connected.")
NAME_AND_SIZE = "name and size match"
NAME_ONLY = "only the name matches"

# ways to put a file in place
NEEDS_ONE_DRIVE = "Hard links need both folders on one drive."
HARD_LINK_IS = "Takes no space; the file stays until both names are deleted."
SYMLINK_IS = "Takes no space; breaks when the original is moved or deleted."
SYMLINK_RIGHTS = "Windows may ask for its Developer Mode or an administrator."
COPY_IS = "Takes {size}; independent of the original."
COPY_OF_FREE = "Takes {size} of {free} free; independent of the original."
MOVE_IS = "The file leaves its present folder."
NO_SPACE = "The drive has {free} free; {size} and some room are needed: free some space, or link."

# the plan and what came of it
STEPS = {
    "move": "Move {source} to {target}.",
    "hard-link": "Hard link {source} to {target}.",
    "symbolic-link": "Symbolic link {source} to {target}.",
    "copy": "Copy {source} to {target}.",
}
STEPS_THAT_WRITE = {
    "move": "Move {source} to {target} ({size} to write).",
    "copy": "Copy {source} to {target} ({size} to write).",
}
DONE = {
    "move": "Moved {source} to {target}.",
    "hard-link": "Linked {source} to {target}.",
    "symbolic-link": "Linked {source} to {target}.",
    "copy": "Copied {source} to {target}.",
}
DONE_BUT = {
    "move": "Moved {source} to {target}, but {reason}.",
    "hard-link": "Linked {source} to {target}, but {reason}.",
    "symbolic-link": "Linked {source} to {target}, but {reason}.",
    "copy": "Copied {source} to {target}, but {reason}.",
}
NOT_DONE = {"skipped": "{name} skipped: {reason}.", "failed": "{name} failed: {reason}."}
STOPPED = "you stopped it"
TAKEN_IN_PLAN = "{source} is to be put there already."
MOVED_IN_PLAN = "The plan moves this file elsewhere: link it from there afterwards."
MUST_STAY = "It must stay where it is, as {reason}: link or copy it."
NEEDS_ONE_DRIVE_SO = "Hard links need both folders on one drive: choose a copy or a symbolic link."
TARGET_OUTSIDE = "The target is outside the checkpoint and LoRA folders."
TARGET_TAKEN = "A file of that name is there already, and nothing is overwritten."
SOURCE_OUTSIDE = "Only files within the checkpoint and LoRA folders are moved: link or copy it."
SOURCE_IS_LINK = "It is a link: link or copy what it points to."
SOURCE_GONE = "It is no longer there: search again."
SOURCE_CHANGED = "It has changed since it was found: search again."
NO_NAME = "That is no name of a file."
NOT_ON_WINDOWS = "Windows does not allow this file name."

# why moving, linking or copying did not work
ORIGINAL_CHANGED = "the original has changed meanwhile and was left where it was"
ORIGINAL_STAYS = "the original could not be deleted: {reason}"
CHANGED_WHILE_COPIED = "the file changed while it was copied: search again"
NO_SYMLINKS = "Windows allows symbolic links only with its Developer Mode or to administrators"
NAME_TAKEN = "a file of that name is there already, and nothing is overwritten"
DRIVE_FULL = "the drive is full: free some space and try again"
SHARE_USED_UP = "your share of the drive is used up: free some space and try again"
TOO_LARGE = "the drive's file system cannot hold a file of this size"
READ_ONLY = "the drive can only be read"
NO_PERMISSION = (
    "no permission, or another program uses the file: check the folder's rights and close other programs"
)
NOT_ALLOWED = "the drive or your rights do not allow it: choose another way, such as a copy"
GONE = "the file or its folder is no longer there: search again"
OTHER_DRIVE = "the two folders are on different drives: choose a copy or a symbolic link"
NOT_SUPPORTED = "the drive does not support it: choose a copy"
TOO_MANY_NAMES = "the file has as many names as the drive allows: choose a copy"
PATH_TOO_LONG = "the path is too long for the drive"
DRIVE_ERROR = "the drive reported an error: check its connection"

# leftovers of downloads
PARTIAL_DOWNLOAD = "partial download"
TEMPORARY_FOLDER = "temporary folder"
UNFINISHED_COPY = "unfinished copy"
BY_A_SCRIPT = "partial download by a script"
LEFTOVER = "{name}: {kind}, {size}, in {folder}."
LEFTOVER_OF = "{name}: {kind} of {whole}, {size}, in {folder}."
STILL_WRITTEN = "Changed {age} ago: probably still being written. Leave it alone."
NOT_CHANGED = "Not changed for {age}."
MAY_BE_CONTINUED = "The next download of the same file may continue it; otherwise it can be deleted."
RUN_AGAIN = "Run the script again to go on with it; otherwise it can be deleted."
OF_NO_USE = "Nothing will use it again: it can be deleted."
LEFT = (
    "Broken downloads left {size} in {number} place.",
    "Broken downloads left {size} in {number} places.",
)
NOTHING_LEFT = "No broken download has left anything."
STILL_RUNNING = (
    "{number} download is probably still running.",
    "{number} downloads are probably still running.",
)
SECONDS = ("{number} second", "{number} seconds")
MINUTES = ("{number} minute", "{number} minutes")
HOURS = ("{number} hour", "{number} hours")
DAYS = ("{number} day", "{number} days")

# checkpoints that Wan2GP deletes when it starts
LINK = "the link {path}"
FILE = "{path} ({size})"
DELETES_NEXT = "Wan2GP will delete {what} at its next start."
DELETES_LATER = "Wan2GP will delete {what} at its start number {start} from now."
MAY_DELETE_NEXT = "Wan2GP {version} deletes this file when it starts, so yours will probably delete {what} at its next start."
MAY_DELETE_LATER = (
    "Wan2GP {version} deletes this file when it starts, so yours will probably delete {what} at its start number "
    "{start} from now."
)
TO_KEEP_IT = "To keep it, move it out of the checkpoint folders before."
WILL_DELETE = (
    "Wan2GP will delete {number} file of yours ({size}) at its next start: newer ones replace them.",
    "Wan2GP will delete {number} files of yours ({size}) at its next start: newer ones replace them.",
)
WILL_PROBABLY_DELETE = (
    "Wan2GP will probably delete {number} file of yours ({size}) at its next start: newer ones replace them.",
    "Wan2GP will probably delete {number} files of yours ({size}) at its next start: newer ones replace them.",
)
