"""Names of kinds of things, which enumerations take as their values."""

# what a file is for
SHARED_HELPER = "Shared helper"
TRANSFORMER = "Transformer"
SECOND_TRANSFORMER = "Second transformer"
MODULE = "Module"
PRELOADED_FILE = "Preloaded file"
VAE = "VAE"
LORA = "LoRA"
MODEL_DATA = "Model data"
TEXT_ENCODER = "Text encoder"

# what a model makes
VIDEO = "Video"
IMAGE = "Image"
AUDIO = "Audio"

# what there is of a file
ON_DISK = "on disk"
MISSING = "missing"
DAMAGED = "damaged"

# what decides which file is taken
TRANSFORMER_QUANTIZATION = "Transformer quantization"
TEXT_ENCODER_QUANTIZATION = "Text encoder quantization"
TRANSFORMER_DTYPE = "Transformer dtype"
NATIVE_BF16 = "Native bf16"
CONFIG = "Config"

# by what models are sorted
NAME = "Name"
STATUS = "Status"
TO_FETCH = "To fetch"
SPEED = "Speed"
VRAM = "VRAM"
QUALITY = "Quality"
SIZE = "Size"
BEST_FOR = "Best for"
FAMILY = "Family"
MODEL_ID = "Model id"

# how a model suits a machine
COMFORTABLE = "comfortable"
TIGHT = "tight"
OFFLOADS = "slower, with more offloading"
NOT_KNOWN = "not known"
