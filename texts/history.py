"""What may be wrong with the database in which the plugin keeps what must last."""

TROUBLE = "The file {path} {said}. {remedy}"
TROUBLE_SINCE = "The file {path} {said} ({detail}). {remedy}"
SCHEMA = "schema {version}; this one knows {known}"
SENTENCES = {
    "NEWER": (
        "was written by a newer version of the Model Tracker",
        "Update the plugin, or move the file away to begin a new one.",
    ),
    "DAMAGED": (
        "is damaged or not a file of the Model Tracker",
        "Close Wan2GP and move the file away, with those beside it that end in -wal and -shm: a new one is begun.",
    ),
    "READ_ONLY": (
        "cannot be written",
        "Allow writing to it and its folder, or name another folder in {variable}.",
    ),
    "FULL": (
        "cannot grow: the disk is full",
        "Free some space, or name a folder on another disk in {variable}.",
    ),
    "BUSY": (
        "is held by another program",
        "Close other copies of Wan2GP and tools that have it open, then try again.",
    ),
    "UNREACHABLE": (
        "cannot be opened",
        "Check the drive and the folder, or name another folder in {variable}.",
    ),
}
