"""The words of the page."""

MODELS_TIP = "All models that Wan2GP lists, your finetunes included. Click: show all."
STATUS_TIPS = {
    "downloaded": "Generate would fetch nothing. Click: only these.",
    "partial": "Some files are here, but others are missing, broken or uncertain. Click: only these.",
    "missing": "None of the model's own weights are on disk, in any format. Click: only these.",
}
DISK_TIP = (
    "Files that models need with your settings, each counted once. Click: what you have, largest first."
)
DRIVE_TIP = "The drive of your checkpoint folders. Click: what you have, largest first."
MACHINE_TIP = "What models are judged for; choose another card under “Judge for card”. Click: only what fits."

ANY = "Any"
ANY_STATUS = "All"

SEARCH = "Search"
SEARCH_EXAMPLE = "name, id, family or file"
STATUS = "Status"
OUTPUT = "Makes"
FAMILY = "Family"
SPEED = "Speed"
VRAM = "VRAM at most"
CARD = "Judge for card"
CARD_OF = "{name} ({size} GB)"
THIS_MACHINE = "This one"
THIS_CARD = "The card's VRAM"
TASK = "Task"
QUALITY = "Quality"
FITS = "Fits this card"
ONLY_MINE = "Only what I have"
FINETUNES = "Only my finetunes"
RESET = "Reset filters"
UNKNOWN_CARD = "This computer's graphics card is not known: choose one under “Judge for card”."
SIMILAR = "No exact match: these are similar."
JUDGED_FOR = "Judged for {card}."
SORT = "Sort by"
DESCENDING = "Reverse order"
REFRESH = "Refresh"
REPORT = "Report: save or copy what is listed"
REPORT_FORM = "Form"
SAVE = "Save as a file"
COPY = "Copy"
COPIED = "Copied."
SAVED = "Saved as"
COPY_FILES = "Copy list of files"
SCRIPT = "Save download script"
SCRIPT_FORM = "Script for"
COMPARE_THIS = "Compare"
CHECK = "Verify files"
SUMMARY = "Summary"
CHOSEN = "The chosen model"
TABLE = "The list of models"
HOST = "This Wan2GP"
SHOW_MODEL = "Show model (type to search)"
USE = "Use this model"
DETAIL = "Details"
HELP = "Help: what the marks and figures mean"
PICK_A_ROW = "Click a row of the table, or choose a model above."

HELP_HTML = """
<ul>
<li><b>✓ downloaded</b>: Generate would fetch nothing.</li>
<li><b>◐ partial</b>: something of the model is on disk, but Generate would still fetch files, or a file is broken,
or something is not sure. The details say which.</li>
<li><b>✗ missing</b>: none of the model's own weights is on disk, in any format.</li>
<li><b>To fetch</b>: what pressing Generate would download now, with your settings. Files for extras that you switch
on (prompt enhancer, upscalers, LoRAs you pick) come on top. “error: no source”: a file is missing and nothing tells
where to fetch it, so Generate would stop. “not sure”: the model's definition has a problem.</li>
<li><b>Size</b>: all files that Generate needs for the model, shared ones included. “~”: some are estimated;
“≥”: some are not known, and not counted.</li>
<li><b>Speed, VRAM, Quality</b>: figures for the model's default settings, not measured on this computer. “~” before a
figure: estimated, or for quality taken from the model it was made from; without “~”: published. “–”: not known. An
estimate says what to expect, never what cannot run. “~2×” under Speed: about twice as fast as Wan 2.1 text to
video.</li>
<li><b>Fits</b>: enough VRAM and RAM are expected, under Wan2GP's memory profile in force, on this computer or on the
card under “Judge for card”. What does not fit usually still runs, but slower.</li>
<li><b>Memory profile</b>: how Wan2GP shares a model out between VRAM and RAM; you choose it in its Configuration.
1: all in VRAM, with much RAM. 2: little VRAM, much RAM. 3 and 3.5: the whole model in VRAM, less RAM. 4, the usual one,
and 4.5: parts are loaded as they are needed. 5: least RAM. Figures and fit hold for the profile in force.</li>
<li><b>Where figures come from</b>: published measurements and test tables where there are any, each named under “Where
these figures come from” in the details; else estimated from the number of parameters, the default size, length and
steps, and how the profile loads the model.</li>
<li><b>Verify files</b>: reads every byte and compares it with what Hugging Face has.</li>
</ul>
<p>Looking changes nothing. Files are moved, linked or copied, and servers are asked, only when you press a button that
says so.</p>
"""

COLUMNS = (
    "Status",
    "Model Name",
    "To fetch",
    "Speed",
    "VRAM (GB)",
    "Quality",
    "Size (GB)",
    "Best For",
    "Model id",
)
NO_MODEL_MATCHES = "No model matches these filters."
SHOWN = (
    "{matching} of {number} model shown, as of {as_of}.",
    "{matching} of {number} models shown, as of {as_of}.",
)
SHOWN_BY_STATUS = (
    "{matching} of {number} model shown ({marks}), as of {as_of}.",
    "{matching} of {number} models shown ({marks}), as of {as_of}.",
)
CANNOT_BE_SHOWN = "“{part}” cannot be shown: {error}"

SCAN_FAILED = "The scan failed, so this is what was seen before. {error}"
LOOKING = "Looking at the disk for {seconds} s …"
NO_ANSWER = (
    "Looking at the disk for {seconds} s: {folder} does not answer. Is its drive connected? What is shown was seen "
    "before."
)

CHOSEN_DOES = "(chosen in Wan2GP): {does}"
CARD_MODELS = "models"
CARD_FILES = "of model files on disk"
FREE = "free of {size} on {drive}; models: {models}"
FREE_NOT_KNOWN = "not known"
FREE_ON = "free on {drive}"
UNKNOWN_GPU = "Unknown GPU"
VRAM_HERE = "{size} GB VRAM"
RAM_HERE = "{size} GiB RAM"
PROFILE = "profile {number}"
PROFILE_FOR = "for {output} {number}"

REPORT_FORMS = {
    "short": "Markdown, short (fits a Discord post)",
    "full": "Markdown, full",
    "csv": "CSV",
    "json": "JSON",
}
