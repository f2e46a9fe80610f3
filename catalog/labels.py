"""Plain sentences about files and models; the only place where the inventory's facts become words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..inventory.damage import DamageKind
from ..inventory.models import FileState, ModelStatus, TrackedFile, TrackedModel
from ..inventory.sizes import Size, SizeOrigin, Total
from ..inventory.sizes import total as sum_of
from ..inventory.what_if import Setting
from ..performance.labels import Origin
from ..phrases import counted, listed
from ..units import GB, amount
from ..wan2gp.definitions import Output
from ..wan2gp.requirements import OWN_WEIGHTS, Role
from .query import SortKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..inventory.drives import Drive
    from ..inventory.models import Inventory
    from ..inventory.what_if import Variant, WhatIf
    from ..performance.metrics import Metrics
    from ..wan2gp.choice import Choice
    from ..wan2gp.requirements import RequiredFile
    from ..wan2gp.snapshot import Settings

_STATUSES = {"downloaded": "downloaded", "partial": "partial", "missing": "missing"}
_WHY_NEEDED = {
    "SHARED": "Wan2GP fetches it with every model, once for all.",
    "TRANSFORMER": "The model's own weights.",
    "TRANSFORMER_2": "The model's second set of weights.",
    "MODULE": "Weights that are added to the transformer.",
    "PRELOAD": "Loaded before the model starts.",
    "VAE": "Turns the result into pictures or sound.",
    "LORA": "A LoRA that is part of this model.",
    "MODEL_DATA": "Needed by this model's code.",
    "TEXT_ENCODER": "Reads the prompt.",
}
_WHY_THIS = {
    "ONLY": "",
    "FIRST": "Your {setting} setting is {asked}: the first of {among} files is taken.",
    "ASKED": "Your {setting} setting is {asked}: this is the {asked} file.",
    "FALLBACK": "You asked for {asked}; there is none, so Wan2GP takes the {counterpart} file.",
    "DTYPE_WON": "You asked for {asked}; Wan2GP takes the {counterpart} file, as only that one is {dtype}.",
    "NO_MATCH": "You asked for {asked}; no file has it, so Wan2GP takes the first of {among}.",
    "UNQUANTIZED": "Your {setting} setting is {asked}: the first file that is not quantized is taken.",
    "HOST": "Wan2GP's own choice among {among} files.",
}
_ABOUT = "about {size}"


UNKNOWN = "–"
STATUS_MARKS = {ModelStatus.DOWNLOADED: "✓", ModelStatus.PARTIAL: "◐", ModelStatus.MISSING: "✗"}
ROLES = {
    Role.SHARED: "Shared helper",
    Role.TRANSFORMER: "Transformer",
    Role.TRANSFORMER_2: "Second transformer",
    Role.MODULE: "Module",
    Role.PRELOAD: "Preloaded file",
    Role.VAE: "VAE",
    Role.LORA: "LoRA",
    Role.MODEL_DATA: "Model data",
    Role.TEXT_ENCODER: "Text encoder",
}
FILE_STATES = {FileState.PRESENT: "on disk", FileState.DAMAGED: "damaged", FileState.MISSING: "missing"}
OUTPUTS = {Output.VIDEO: "Video", Output.IMAGE: "Image", Output.AUDIO: "Audio"}
SETTINGS = {
    Setting.TRANSFORMER: "Transformer quantization",
    Setting.TEXT_ENCODER: "Text encoder quantization",
    Setting.CONFIG: "Config",
}
SORT_KEYS = {
    SortKey.NAME: "Name",
    SortKey.STATUS: "Status",
    SortKey.FETCH: "To download",
    SortKey.SPEED: "Speed",
    SortKey.VRAM: "VRAM",
    SortKey.QUALITY: "Quality",
    SortKey.SIZE: "Size",
    SortKey.BEST_FOR: "Best for",
    SortKey.FAMILY: "Family",
    SortKey.MODEL_ID: "Model id",
}
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
        return _WHY_NEEDED[needed.role.name]
    name = needed.name.lower()
    return next(
        (words for marks, words in _DATA if any(mark in name for mark in marks)),
        _WHY_NEEDED[needed.role.name],
    )


def remedy(file: TrackedFile) -> str:
    """Return what to do about a damaged file."""
    if file.damage is not None and file.damage.kind is DamageKind.UNREADABLE:
        return "Check its permissions and its drive."
    if not file.can_be_fetched:
        return "Put a complete copy there: there is no download URL."
    return "Delete it and let Wan2GP download it again."


def sharing(file: TrackedFile, model: TrackedModel, inventory: Inventory) -> str:
    """Return who else needs the file: "Only for this model.", "Also used by Vace 14B and 11 more."."""
    if file.required.role is Role.SHARED:
        return ""
    others = [user.name for user in inventory.users_of(file.required) if user.model_type != model.model_type]
    if not others:
        return "Only for this model."
    form = "Also used by {name}." if len(others) == 1 else "Also used by {name} and {number} more."
    return form.format(name=others[0], number=len(others) - 1)


def state_words(file: TrackedFile) -> str:
    """Return mark and word: "✓ on disk"."""
    return f"{FILE_MARKS[file.state]} {FILE_STATES[file.state]}"


def group_words(role: Role, files: Sequence[TrackedFile]) -> str:
    """Return the heading of the files of one role: "Transformer · 2 files · 28.6 GB · 1 missing"."""
    size_words = total(sum_of(file.size for file in files))
    states = [file.state for file in files]
    amiss = [
        f"{states.count(state)} {FILE_STATES[state]}"
        for state in (FileState.MISSING, FileState.DAMAGED)
        if state in states
    ]
    return " · ".join(
        [ROLES[role], counted(len(files), ("{number} file", "{number} files")), size_words, *amiss]
    )


def taken_with(variant: Variant) -> str:
    """Return the values of the setting that take a file: "int8 or fp8"."""
    return listed(variant.chosen_by, "or") or "not used with your dtype setting"


def advice(what_if: WhatIf) -> str:
    """Return the headline when another setting would fetch less: what to switch, and what that saves."""
    better = what_if.best
    if better is None:
        return ""
    now = next(scenario.model for scenario in what_if.scenarios if scenario.is_current)
    own = [
        variant
        for variant in what_if.variants
        if variant.file.state is FileState.PRESENT and variant.setting is better.setting
    ]
    have = next((variant for variant in own if better.value in variant.chosen_by), None)
    told = f"With your settings Generate would fetch {_fetched(now)}; with {SETTINGS[better.setting].lower()} {better.label} it would fetch {_fetched(better.model)}."
    return f"{f'You have {have.file.required.name}.'} {told}" if have else told


def _fetched(model: TrackedModel) -> str:
    """Return how much would be fetched, for a sentence."""
    if not model.to_fetch:
        return "nothing"
    return "files of unknown size" if model.fetch.unknown and not model.fetch.bytes else total(model.fetch)


def _why_this(choice: Choice, role: Role) -> str:
    of_encoder = role is Role.TEXT_ENCODER
    asked = choice.asked or "bf16"
    return _WHY_THIS[choice.kind.name].format(
        setting="text encoder quantization" if of_encoder else "transformer quantization",
        asked=asked,
        counterpart="int8" if asked == "fp8" else "fp8",
        among=choice.among,
        dtype=choice.dtype,
    )


def size(known: Size) -> str:
    """Return a size as users read it: "14.8 GB", "about 14.8 GB", "unknown size"."""
    if known.bytes is None:
        return "small" if known.origin is SizeOrigin.SMALL else "unknown size"
    words = amount(known.bytes)
    return _ABOUT.format(size=words) if known.origin is SizeOrigin.ESTIMATED else words


def total(known: Total) -> str:
    """Return a sum: "21.1 GB", "about 21.1 GB", "at least 21.1 GB", "small", "unknown size"."""
    if not known.bytes:
        return "unknown size" if known.unknown else "small"
    words = amount(known.bytes)
    if known.unknown:
        return f"at least {words}"
    return _ABOUT.format(size=words) if known.is_estimated else words


def settings(in_force: Settings) -> list[tuple[str, str]]:
    """Return the settings that decide which files are taken, as names and values."""
    return [
        (SETTINGS[Setting.TRANSFORMER], in_force.transformer_quantization or "bf16"),
        (SETTINGS[Setting.TEXT_ENCODER], in_force.text_encoder_quantization or "bf16"),
        ("Transformer dtype", in_force.dtype_policy or "automatic"),
        ("Native bf16", "yes" if in_force.bf16_supported else "no"),
    ]


def what_generate_does(model: TrackedModel) -> str:
    """Return what pressing Generate would do about files, in a sentence or two."""
    sentences: list[str] = []
    if model.to_fetch:
        is_plain = not (model.problems or model.damaged)
        sentences.append(
            counted(
                len(model.to_fetch),
                (
                    "Generate would fetch {number} file, {size}: {why}.",
                    "Generate would fetch {number} files, {size}: {why}.",
                )
                if is_plain
                else (
                    "Generate would fetch {number} file, {size}.",
                    "Generate would fetch {number} files, {size}.",
                ),
                size=total(model.fetch),
                why=why_status(model),
            )
        )
    if model.stopped_by is not None:
        sentences.append(
            f"Generate would stop with an error: {model.stopped_by.required.name} is missing and nothing tells where to fetch it."
        )
    if model.damaged:
        sentences += [
            f"{file.required.name} is broken, so loading would fail. {remedy(file)}" for file in model.damaged
        ]
    if model.problems:
        sentences.append(f"Not sure: {' '.join(map(str, model.problems))}")
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
    return f"still missing: {listed([ROLES[role] for role in Role if role in roles])}"


def known(label: str) -> str:
    """Return a figure's label or tier in words, or a dash where it says that it is unknown."""
    return UNKNOWN if label in {"", "Unknown"} else label


def status_word(status: ModelStatus) -> str:
    """Return the word for a status: "downloaded"."""
    return _STATUSES[status.value]


def status_words(model: TrackedModel) -> str:
    """Return mark and word: "✓ downloaded"."""
    return f"{STATUS_MARKS[model.status]} {status_word(model.status)}"


def gigabytes(known: Total) -> str:
    """Return a sum in GB without the unit, for a column headed so: "21.1", "~21.1", "≥ 21.1", "?", "0"."""
    if not known.bytes:
        return "?" if known.unknown else "0"
    number = known.bytes / GB
    if number < 0.1:
        return "?" if known.unknown else "< 0.1"
    return f"{'≥ ' if known.unknown else '~' if known.is_estimated else ''}{number:.1f}"


def fetch_words(model: TrackedModel) -> str:
    """Return what Generate would fetch, for a narrow column: "17.0 GB", "nothing", "error: no source", "not sure", "broken file"."""
    if model.stopped_by is not None:
        return "error: no source"
    if model.problems:
        return "not sure"
    if not model.to_fetch:
        return "broken file" if model.damaged else "nothing"
    if not model.fetch.bytes and not model.fetch.unknown:
        return "small"
    return f"{gigabytes(model.fetch)} GB"


def fetches(model: TrackedModel) -> str:
    """Return what Generate would fetch, in short: "2 files, 17.0 GB", "nothing", "error: no source"."""
    if model.to_fetch and model.stopped_by is None and not model.problems:
        return counted(
            len(model.to_fetch), ("{number} file, {size}", "{number} files, {size}"), size=total(model.fetch)
        )
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
    number = f"{times:.0f}" if times >= 10 else f"{times:.2g}"
    return f"{figures.speed_tier} ~{number}×"


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
    models = amount(known.model_bytes)
    if known.free_bytes is None or known.total_bytes is None:
        return f"{known.name}: free space not known, models {models}"
    free, size = amount(known.free_bytes), amount(known.total_bytes)
    return f"{known.name}: {free} free of {size}, models {models}"


def vram_need(gigabytes_needed: float, *, published: bool) -> str:
    """Return "8.1 GB" of a published figure, "~8.1 GB" of an estimate."""
    words = f"{gigabytes_needed:.1f} GB"
    return words if published else f"~{words}"
