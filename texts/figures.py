"""Sentences about speed, VRAM, quality and fit, and where each figure comes from."""

NOT_KNOWN = "Not known."
NOTHING_KNOWN = "Nothing is known about this model."
NOTHING_PUBLISHED = "Nothing is published."
NOTHING_PUBLISHED_FOR_IT = "Nothing is published for this model."

TIERS = {
    "Very fast": "Very fast",
    "Fast": "Fast",
    "Medium": "Medium",
    "Slow": "Slow",
    "Very slow": "Very slow",
    "Basic": "Basic",
    "Good": "Good",
    "High": "High",
    "Very high": "Very high",
    "Unknown": "Unknown",
}

# names that are not known
NO_SUCH_NAME = "There is no {kind} {name}."
NO_SUCH_NAME_BUT = "There is no {kind} {name}. The nearest known one is {near}."
MODEL_TYPE_OR_ARCHITECTURE = "model type or architecture"
GRAPHICS_CARD = "graphics card"
MEMORY_PROFILE = "memory profile"

# models that the data do not list
VARIANT_OF = "A variant of {name}."
VARIANT_WITH_PLAN = "A variant of {name}; {plan}."
BUILT_ON = "Built on {name}."
JUDGED_BY_SIZE = "Judged by the {size}B in its name, like {name}."
FIGURES_OF_BASE = "Figures of its base type, {name}."
TOO_LITTLE = "The definition says too little to judge by."

# steps, and what a default output is
STEPS = "{steps} steps"
STEPS_UNGUIDED = "{steps} steps without guidance"
STEPS_OF_PASSES = "{steps} steps of {passes} passes"
PICTURE_PLAN = "{width}x{height}, {steps}"
CLIP_PLAN = "{width}x{height}, {frames} frames, {steps}"

# speed
NO_DEFAULTS = "Not known: its default size or steps are not set."
PICTURE_SPEED = "Estimated time of one default picture ({plan}) against one default Wan 2.1 clip, weights streamed to an {gpu}."
CLIP_SPEED = "Estimated from the work of one default clip ({plan}) against one default Wan 2.1 clip."
NO_CARD_NAMED = "Work against one default Wan 2.1 clip; no card named."
PUBLISHED_TIME = "Published for this case: {source}."
HELD_TIME = "Expected: the formula gives {seconds} s, held to a published figure ({source})."
TIMINGS_COME_TO = "Expected: timings on {gpu} come to {tflops} TFLOP/s."
PLACED_BY_TFLOPS = (
    "Expected: no timing on {gpu} is known; it is placed by its published {published} TFLOP/s, of which {tflops} are "
    "usual."
)
SOUND_NO_TIMING = "Not known: no timing is published."
SOUND_NO_LENGTH = "Not known: its default length is not set."
SOUND_TIME = "Published: {factor} s per second of sound on {where} ({source})."
SOUND_TIME_ELSEWHERE = (
    "Published: {factor} s per second of sound on {where} ({source}); not converted to other cards."
)
ON_AN = "an {gpu}"
ON_UNNAMED_CARD = "a card that the source does not name"

# VRAM
PICTURE_CASE = "{width}x{height}, {form}, profile {profile}"
CLIP_CASE = "{width}x{height}, {frames} frames, {form}, profile {profile}"
PUBLISHED_NEED = "Published for {case}: {source}."
HELD_NEED = "Expected for {case}: the formula gives {size} GB, held to a published figure ({source})."
EXPECTED_NEED = "Expected for {case}: streamed blocks and activations; no figure is published for this case."
SOUND_NEED = "Published for profile {profile}: a card of {size} GB ({source})."
IN_USE = "{size} GB in use, {source}"
CARD_OF = "{size} GB card, {source}"

# quality
BY_KIND = {
    "base": "Built on {name}, without a rating of its own.",
    "quantized": "Hardly different from {name}: it only has fewer bits.",
    "distilled": "Distilled from {name} to fewer steps, so placed under it.",
    "pruned": "Pruned from {name}, so placed under it.",
    "lowbit": "Stored in four bits, so placed under {name}.",
    "smaller": "The smaller sibling of {name}, so placed under it.",
    "under": "Placed under {name}.",
}

# how a model suits a machine
NEED_NOT_KNOWN = "Not known: this model's need is not known."
CARD_NOT_KNOWN = "Not known: this machine's graphics card is not known."
EXPECTED = (
    "Expected under memory profile {profile}: {fit} (needs about {vram} GB of VRAM; {where}: {card} GB)."
)
EXPECTED_WITH_RAM = (
    "Expected under memory profile {profile}: {fit} (needs about {vram} GB of VRAM and {ram} GB of RAM; {where}: "
    "{card} GB and {ram_here} GB)."
)
HERE = "here"
BOTTLENECK = "{what} is the bottleneck."
BETTER_PROFILE = "Memory profile {profile} would suit it better."

# why another model is suggested
FASTER = "{times} × faster"
FASTER_SINCE = "{times} × faster: {reasons}"
BY_TIMINGS = "by published timings"
FEWER_AT_WORK = "{active}B at work instead of {other}B"
SMALLER = "{width}x{height} by default instead of {other_width}x{other_height}"
SHORTER = "{frames} frames by default instead of {other}"
SHORTER_SEQUENCE = "a sequence {times} × shorter"
BETTER_TIER = "{tier} instead of {other}"
BETTER_PLACE = "{tier}, placed above it"
BETTER_AND_FASTER = "{better}, and {times} × faster"
BETTER_BUT_SLOWER = "{better}; {times} × the time"
BETTER_AS_FAST = "{better}; about as fast"
LIGHTER = "{least} GB of VRAM instead of {other} GB for its default output"
