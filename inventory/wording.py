"""Plain sentences about files and models; the only place where the inventory's facts become words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..performance.labels import Origin
from .choice import Choice, ChoiceKind
from .inventory import FileState, ModelStatus, TrackedFile, TrackedModel
from .requirements import OWN_WEIGHTS, Role
from .sizes import Size, SizeOrigin, Total
from .sizes import total as sum_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..host import Settings
    from ..performance.metrics import Metrics
    from .drives import Drive
    from .inventory import Inventory
    from .outcomes import Options, Variant
    from .requirements import RequiredFile

_WHY_NEEDED = {
    Role.SHARED: "Wan2GP fetches it with every model, once for all.",
    Role.TRANSFORMER: "The model's own weights.",
    Role.TRANSFORMER_2: "The model's second set of weights.",
    Role.MODULE: "Weights that are added to the transformer.",
    Role.PRELOAD: "Loaded before the model starts.",
    Role.VAE: "Turns the result into pictures or sound.",
    Role.LORA: "A LoRA that is part of this model.",
    Role.MODEL_DATA: "Needed by this model's code.",
    Role.TEXT_ENCODER: "Reads the prompt.",
}


UNKNOWN = "–"
STATUS_MARKS = {ModelStatus.DOWNLOADED: "✓", ModelStatus.PARTIAL: "◐", ModelStatus.MISSING: "✗"}
FILE_MARKS = {FileState.PRESENT: "✓", FileState.DAMAGED: "⚠", FileState.MISSING: "✗"}


def reason(file: TrackedFile) -> str:
    """Return why the file is needed, why this one of several, and what is wrong with it."""
    needed = file.required
    parts = [_why_needed(needed)]
    if needed.choice is not None:
        parts.append(_why_this(needed.choice, needed.role))
    if file.state is FileState.DAMAGED:
        parts.append(f"Broken: {file.damage}. {remedy(file)}")
    elif file.state is FileState.MISSING and not file.can_be_fetched:
        parts.append(
            "Nothing tells where to fetch it: Generate stops here with an error. Put the file there."
        )
    return " ".join(part for part in parts if part)


_DATA = (
    (("vae",), "VAE: turns the result into pictures or sound."),
    (("clip",), "Image encoder: reads start pictures."),
    (
        ("token", "vocab", "merges", "spiece", "sentencepiece"),
        "Part of the tokenizer, which cuts the prompt into words.",
    ),
    (("config",), "Settings of one of the model's parts."),
)


def _why_needed(needed: RequiredFile) -> str:
    """Return what a file is for; files that a handler asks for are told by their names."""
    if needed.role is not Role.MODEL_DATA:
        return _WHY_NEEDED[needed.role]
    name = needed.name.lower()
    return next(
        (words for marks, words in _DATA if any(mark in name for mark in marks)), _WHY_NEEDED[needed.role]
    )


def remedy(file: TrackedFile) -> str:
    """Return what to do about a damaged file."""
    if (file.damage or "").startswith("it cannot be read"):
        return "Check its permissions and its drive."
    if not file.can_be_fetched:
        return "Put a whole copy there: nothing tells where to fetch it."
    return "Delete it and let Wan2GP fetch it again."


def sharing(file: TrackedFile, model: TrackedModel, inventory: Inventory) -> str:
    """Return who else needs the file: "Only for this model.", "Also used by Vace 14B and 11 more."."""
    if file.required.role is Role.SHARED:
        return ""
    others = [user.name for user in inventory.users_of(file.required) if user.model_type != model.model_type]
    if not others:
        return "Only for this model."
    return f"Also used by {others[0]}{f' and {len(others) - 1} more' if len(others) > 1 else ''}."


def state_words(file: TrackedFile) -> str:
    """Return mark and word: "✓ on disk"."""
    return f"{FILE_MARKS[file.state]} {file.state.value}"


def group_words(role: Role, files: Sequence[TrackedFile]) -> str:
    """Return the heading of the files of one role: "Transformer · 2 files · 28.6 GB · 1 missing"."""
    whole = sum_of(file.size for file in files)
    size_words = total(whole) if whole.bytes or whole.unknown else "small"
    states = [file.state for file in files]
    amiss = [
        f"{states.count(state)} {state.value}"
        for state in (FileState.MISSING, FileState.DAMAGED)
        if state in states
    ]
    return " · ".join([role.value, count(len(files), "file"), size_words, *amiss])


def taken_with(variant: Variant) -> str:
    """Return the values of the setting that take a file: "int8 or fp8"."""
    return " or ".join(variant.chosen_by) or "not used with your dtype setting"


def advice(options: Options) -> str:
    """Return the headline when another setting would fetch less: what to switch, and what that saves."""
    better = options.cheaper
    if better is None:
        return ""
    now = next(outcome.model for outcome in options.outcomes if outcome.is_current)
    own = [variant for variant in options.variants if variant.file.state is FileState.PRESENT]
    have = next((variant for variant in own if better.value in variant.chosen_by), None)
    has = f"You have {have.file.required.name}. " if have else ""
    then = total(better.model.fetch) if better.model.to_fetch else "nothing"
    return (
        f"{has}With your settings Generate would fetch {total(now.fetch)}; "
        f"with {better.setting.value.lower()} {better.label} it would fetch {then}."
    )


def _why_this(choice: Choice, role: Role) -> str:
    setting = "text encoder quantization" if role is Role.TEXT_ENCODER else "transformer quantization"
    asked = choice.asked or "bf16"
    sister = "int8" if asked == "fp8" else "fp8"
    return {
        ChoiceKind.ONLY: "",
        ChoiceKind.FIRST: f"Your {setting} setting is {asked}: the first of {choice.among} files is taken.",
        ChoiceKind.ASKED: f"Your {setting} setting is {asked}: this is the {asked} file.",
        ChoiceKind.STANDS_IN: f"You asked for {asked}; there is none, so Wan2GP takes the {sister} file.",
        ChoiceKind.DTYPE_WON: f"You asked for {asked}; Wan2GP takes the {sister} file, as only that one is {choice.dtype}.",
        ChoiceKind.FALLBACK: f"You asked for {asked}; no file has it, so Wan2GP takes the first of {choice.among}.",
        ChoiceKind.UNQUANTIZED: f"Your {setting} setting is {asked}: the first file that is not quantized is taken.",
        ChoiceKind.HOST: f"Wan2GP's own choice among {choice.among} files.",
    }[choice.kind]


def size(known: Size) -> str:
    """Return a size as users read it: "14.8 GB", "about 14.8 GB", "unknown size"."""
    if known.bytes is None:
        return "small" if known.origin is SizeOrigin.SMALL else "unknown size"
    return f"about {amount(known.bytes)}" if known.origin is SizeOrigin.ABOUT else amount(known.bytes)


def amount(number_of_bytes: int) -> str:
    """Return bytes as users read them: "14.8 GB", "254 MB", "3 kB" (1 GB = 10⁹ bytes)."""
    for unit, name, decimals in ((10**9, "GB", 1), (10**6, "MB", 0), (10**3, "kB", 0)):
        if number_of_bytes >= 0.9995 * unit:
            return f"{number_of_bytes / unit:.{decimals}f} {name}"
    return f"{number_of_bytes} bytes"


def total(known: Total) -> str:
    """Return a sum: "21.1 GB", "about 21.1 GB", "at least 21.1 GB", "unknown size"."""
    if known.unknown:
        return f"at least {amount(known.bytes)}" if known.bytes else "unknown size"
    return f"about {amount(known.bytes)}" if known.about else amount(known.bytes)


def settings(in_force: Settings) -> list[tuple[str, str]]:
    """Return the settings that decide which files are taken, as names and values."""
    return [
        ("Transformer quantization", in_force.transformer_quantization or "bf16"),
        ("Text encoder quantization", in_force.text_encoder_quantization or "bf16"),
        ("Transformer dtype", in_force.dtype_policy or "automatic"),
        ("Native bf16", "yes" if in_force.bf16_supported else "no"),
    ]


def count(number: int, noun: str) -> str:
    """Return "1 file", "3 files"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def what_generate_does(model: TrackedModel) -> str:
    """Return what pressing Generate would do about files, in a sentence or two."""
    sentences: list[str] = []
    if model.to_fetch:
        why = "" if model.problems or model.damaged else f": {why_status(model)}"
        sentences.append(
            f"Generate would fetch {count(len(model.to_fetch), 'file')}, {total(model.fetch)}{why}."
        )
    if model.stopped_by is not None:
        name = model.stopped_by.required.name
        sentences.append(
            f"Generate would stop with an error: {name} is missing and nothing tells where to fetch it."
        )
    if model.damaged:
        sentences += [
            f"{file.required.name} is broken, so loading would fail. {remedy(file)}" for file in model.damaged
        ]
    if model.problems:
        sentences.append("Not sure: " + " ".join(str(problem) for problem in model.problems))
    return " ".join(sentences) or "Ready: Generate would fetch nothing."


def why_status(model: TrackedModel) -> str:
    """Return what lacks, in a few words; empty for a downloaded model."""
    if model.status is ModelStatus.DOWNLOADED:
        return ""
    if model.problems:
        return "its definition has a problem"
    if model.damaged:
        return "a file is broken"
    return (
        "none of its own weights are on disk" if model.status is ModelStatus.MISSING else _what_lacks(model)
    )


def _what_lacks(model: TrackedModel) -> str:
    absent = [*model.to_fetch, *([model.stopped_by] if model.stopped_by else [])]
    roles = {file.required.role for file in absent}
    if roles & OWN_WEIGHTS:
        return "another format, or only some, of its weights are on disk"
    if roles == {Role.SHARED}:
        return "only helpers shared by all models are missing"
    return f"still missing: {_listed(role.value for role in Role if role in roles)}"


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def known(label: str) -> str:
    """Return a figure's label, or a dash where it says that it is unknown."""
    return UNKNOWN if label in {"", "Unknown"} else label


def status_words(model: TrackedModel) -> str:
    """Return mark and word: "✓ downloaded"."""
    return f"{STATUS_MARKS[model.status]} {model.status.value}"


def gigabytes(known: Total) -> str:
    """Return a sum in GB without the unit, for a column headed so: "21.1", "~21.1", "≥ 21.1", "?", "0"."""
    if not known.bytes:
        return "?" if known.unknown else "0"
    number = known.bytes / 10**9
    if number < 0.1:
        return "?" if known.unknown else "< 0.1"
    return f"{'≥ ' if known.unknown else '~' if known.about else ''}{number:.1f}"


def fetch_words(model: TrackedModel) -> str:
    """Return what Generate would fetch, for a narrow column: "17.0 GB", "nothing", "error: no source", "not sure", "broken file"."""
    if model.stopped_by is not None:
        return "error: no source"
    if model.problems:
        return "not sure"
    if not model.to_fetch:
        return "broken file" if model.damaged else "nothing"
    return f"{gigabytes(model.fetch)} GB"


def fetches(model: TrackedModel) -> str:
    """Return what Generate would fetch, in short: "2 files, 17.0 GB", "nothing", "error: no source"."""
    if model.to_fetch and model.stopped_by is None and not model.problems:
        return f"{count(len(model.to_fetch), 'file')}, {total(model.fetch)}"
    return fetch_words(model)


def vram_words(minimum_gb: float | None, recommended_gb: float | None) -> str:
    """Return "6–10", "8" or a dash."""
    if minimum_gb is None:
        return UNKNOWN if recommended_gb is None else f"{recommended_gb:g}"
    if recommended_gb is None or recommended_gb == minimum_gb:
        return f"{minimum_gb:g}"
    return f"{minimum_gb:g}–{recommended_gb:g}"


def speed_figure(figures: Metrics) -> str:
    """Return tier and speed against Wan 2.1 text to video, as a table shows it: "Fast ~2.4×", "–".

    The number is worked out from the model's steps and size, so it is always about.
    """
    times = figures.speed_multiplier
    if times is None:
        return known(figures.speed_tier)
    return f"{figures.speed_tier} ~{times:.0f}×" if times >= 10 else f"{figures.speed_tier} ~{times:.2g}×"


def vram_figure(figures: Metrics) -> str:
    """Return the least and the advised card in GB, as a table shows it: "6–10" published, "~6–10" estimated, "–"."""
    words = vram_words(figures.vram_min_gb, figures.vram_recommended_gb)
    return f"~{words}" if words != UNKNOWN and figures.vram_origin != Origin.PUBLISHED.value else words


def quality_figure(figures: Metrics) -> str:
    """Return the quality tier, as a table shows it: "High" by own figures, "~High" by those of its parent, "–"."""
    words = known(figures.quality_tier)
    return words if words == UNKNOWN or figures.quality_evidence == "own" else f"~{words}"


def drive(known: Drive) -> str:
    """Return how full a drive is: "D: 1200.0 GB free of 2000.0 GB, models 400.0 GB"."""
    models = f"models {amount(known.model_bytes)}"
    if known.free_bytes is None or known.total_bytes is None:
        return f"{known.name}: free space not known, {models}"
    return f"{known.name}: {amount(known.free_bytes)} free of {amount(known.total_bytes)}, {models}"


def vram_need(gigabytes_needed: float, *, published: bool) -> str:
    """Return "8.1 GB" of a published figure, "~8.1 GB" of an estimate."""
    return f"{'' if published else '~'}{gigabytes_needed:.1f} GB"
