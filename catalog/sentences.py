"""What there is to say of a model and its files in whole sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..inventory.damage import NOTES, DamageKind
from ..inventory.models import FileState, ModelStatus
from ..phrases import counted, listed, shortened
from ..wan2gp.choice import ChoiceKind
from ..wan2gp.required_files import OWN_WEIGHTS, Role
from .labels import ROLES, SETTINGS, total

if TYPE_CHECKING:
    from ..inventory.models import Inventory, TrackedFile, TrackedModel
    from ..inventory.what_if import WhatIf
    from ..wan2gp.choice import Choice
    from ..wan2gp.required_files import RequiredFile

_PURPOSES = {
    Role.SHARED: "Wan2GP downloads it once, for all models.",
    Role.TRANSFORMER: "The model's own weights.",
    Role.TRANSFORMER_2: "The model's second set of weights.",
    Role.MODULE: "Weights that are added to the transformer.",
    Role.PRELOAD: "Loaded before the model starts.",
    Role.VAE: "Turns the result into pictures or sound.",
    Role.LORA: "A LoRA that is part of this model.",
    Role.MODEL_DATA: "Needed by this model's code.",
    Role.TEXT_ENCODER: "Reads the prompt.",
    Role.SYSTEM_LORA: (
        "A LoRA that the model adds by the form's settings; Generate downloads it after loading the model."
    ),
    Role.CHOSEN_LORA: "A LoRA that is chosen in the form; Generate downloads it after loading the model.",
    Role.EXTRA: "Used by an option of the form; Generate downloads it after loading the model.",
}
_PURPOSES_BY_NAME = (
    (("vae",), "VAE: turns the result into pictures or sound."),
    (("clip",), "Image encoder: reads start pictures."),
    (
        ("token", "vocab", "merges", "spiece", "sentencepiece"),
        "Part of the tokenizer, which cuts the prompt into words.",
    ),
    (("config",), "Settings of one of the model's parts."),
)
"""Parts of a name → what the file is for, where only the model's handler asks for it."""
_CHOICES = {
    ChoiceKind.ONLY: "",
    ChoiceKind.FIRST: "Your {setting} setting is {asked}: the first of {among} files is taken.",
    ChoiceKind.ASKED: "Your {setting} setting is {asked}: this is the {asked} file.",
    ChoiceKind.FALLBACK: "You asked for {asked}; there is none, so Wan2GP takes the {counterpart} file.",
    ChoiceKind.DTYPE_WON: (
        "You asked for {asked}; Wan2GP takes the {counterpart} file, as only that one is {dtype}."
    ),
    ChoiceKind.NO_MATCH: "You asked for {asked}; no file has it, so Wan2GP takes the first of {among}.",
    ChoiceKind.UNQUANTIZED: (
        "Your {setting} setting is {asked}: the first file that is not quantized is taken."
    ),
    ChoiceKind.SAVING: (
        "Wan2GP was started with --save-quantized, so it takes a file that is not quantized, whatever your "
        "{setting} setting."
    ),
    ChoiceKind.HOST: "Wan2GP's own choice among {among} files.",
}


_FINDINGS = {
    FileState.PRESENT: "Note: {finding}. Wan2GP loads it all the same.",
    FileState.DAMAGED: "Broken: {finding}.",
    FileState.UNFINISHED: "Being written: {finding}.",
    FileState.UNANSWERED: "Not known: {finding}.",
    FileState.MISSING: "Missing: {finding}.",
}
"""What was found, by what it makes of the file."""


def reason(file: TrackedFile) -> str:
    """Return why the file is needed, why this one of several, and what is wrong with it."""
    needed = file.required
    parts = [_purpose(needed)]
    if needed.choice is not None:
        parts.append(_why_chosen(needed.choice, needed.role))
    if file.damage is not None:
        parts.append(f"{_FINDINGS[file.state].format(finding=file.damage)} {remedy(file)}".rstrip())
    if file.state is FileState.MISSING and not file.can_be_fetched:
        fault = needed.fault
        parts.append(
            f"{fault.message} Generate stops here with an error. {fault.remedy}"
            if fault
            else "There is no download URL: Generate stops here with an error. Put the file there yourself."
        )
    elif file.state is FileState.MISSING and needed.fault:
        parts.append(f"{needed.fault.message} {needed.fault.remedy}")
    return " ".join(part for part in parts if part)


def _purpose(needed: RequiredFile) -> str:
    if needed.role is Role.MODEL_DATA:
        name = needed.name.lower()
        for marks, purpose in _PURPOSES_BY_NAME:
            if any(mark in name for mark in marks):
                return purpose
    return _PURPOSES[needed.role]


def _why_chosen(choice: Choice, role: Role) -> str:
    asked = choice.asked or "bf16"
    return _CHOICES[choice.kind].format(
        setting="text encoder quantization" if role is Role.TEXT_ENCODER else "transformer quantization",
        asked=asked,
        counterpart="int8" if asked == "fp8" else "fp8",
        among=choice.among,
        dtype=choice.dtype,
    )


_REMEDIES = {
    DamageKind.UNREADABLE: "Check its permissions and its drive.",
    DamageKind.CONTROL_FILE: "Wait until the download has ended, or continue it in the program that began it.",
    DamageKind.HOLES: "Wait until the download has ended, or continue it in the program that began it.",
    DamageKind.LOCKED: "Wait until that program is done, then press Refresh.",
    DamageKind.JUST_CHANGED: "Wait a moment, then press Refresh.",
    DamageKind.FOLDER_IN_PLACE: "Rename that folder: the file cannot be put there.",
    DamageKind.DEAD_LINK: "Connect the drive that it points to, or remove the link.",
    DamageKind.NO_ANSWER: "Connect its drive, then press Refresh.",
}


def remedy(file: TrackedFile) -> str:
    """Return what to do about a file that is damaged, unfinished, not known or kept from its place; "" for others."""
    kind = file.damage.kind if file.damage is not None else None
    if kind in _REMEDIES:
        return _REMEDIES[kind]
    if kind is None or kind in NOTES:
        return ""
    if not file.can_be_fetched:
        return "Put a complete copy there: there is no download URL."
    return "Delete it and let Wan2GP download it again."


def sharing(file: TrackedFile, model: TrackedModel, inventory: Inventory) -> str:
    """Return which other models need the file: "Only for this model.", "Also used by Vace 14B and 11 more."."""
    if file.required.role is Role.SHARED:
        return ""
    others = [user.name for user in inventory.users_of(file.required) if user.model_type != model.model_type]
    if not others:
        return f"Only for this model.{_frees_nothing(file)}"
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    return f"Also used by {others[0]}{more}."


def _frees_nothing(file: TrackedFile) -> str:
    """Return that deleting the path frees no space, as the file has another; "" where it has none."""
    if file.found is None:
        return ""
    if file.found.is_link:
        return " It is a link: deleting it frees no space."
    if file.found.links > 1:
        return " It has another name (a hard link): deleting it frees no space while that is there."
    return ""


def advice(what_if: WhatIf) -> str:
    """Return the headline when another setting would download less: what to switch, and what that saves."""
    better = what_if.best
    if better is None:
        return ""
    now = next(scenario.model for scenario in what_if.scenarios if scenario.is_current)
    file_on_disk = next(
        (
            variant.file.required.name
            for variant in what_if.variants
            if variant.file.state is FileState.PRESENT
            and variant.setting is better.setting
            and better.value in variant.chosen_by
        ),
        None,
    )
    have = f"You have {file_on_disk}. " if file_on_disk else ""
    return (
        f"{have}With your settings Generate would download {_downloaded_size(now)}; "
        f"with {SETTINGS[better.setting].lower()} {better.label} it would download {_downloaded_size(better.model)}."
    )


def _downloaded_size(model: TrackedModel) -> str:
    if not model.to_fetch:
        return "nothing"
    return "files of unknown size" if model.fetch.unknown and not model.fetch.bytes else total(model.fetch)


def what_generate_does(model: TrackedModel) -> str:
    """Return what pressing Generate would do about files, in a sentence or two."""
    sentences: list[str] = []
    if model.to_fetch:
        is_missing_alone = not (model.problems or model.damaged or model.unfinished or model.unanswered)
        why = f": {why_status(model)}" if is_missing_alone else ""
        files = counted(len(model.to_fetch), ("{number} file", "{number} files"))
        sentences.append(f"Generate would download {files}, {total(model.fetch)}{why}.")
    if model.stopped_by is not None:
        needed = model.stopped_by.required
        why = "its address does not exist" if needed.fault else "has no download URL"
        sentences.append(
            f"Generate would stop with an error: {shortened(needed.name)} is missing and {why}; "
            "what comes after it would not be downloaded."
        )
    sentences += [
        f"{file.required.name} is broken, so loading would fail. {remedy(file)}" for file in model.damaged
    ]
    sentences += [
        f"{file.required.name} is being written: {file.damage}. {remedy(file)}" for file in model.unfinished
    ]
    sentences += [
        f"Not sure about {file.required.name}: {file.damage}. {remedy(file)}" for file in model.obstructed
    ]
    if model.unanswered:
        sentences.append(_unanswered(model))
    if model.problems:
        doubt = "Not sure: " if model.is_offered else "Not offered by Wan2GP: "
        sentences.append(f"{doubt}{' '.join(map(str, model.problems))}")
    return " ".join(sentences) or "Ready: Generate would download nothing."


def _unanswered(model: TrackedModel) -> str:
    """Return which folders do not answer, and what Wan2GP would do about it."""
    files = model.unanswered
    folders = listed(list(dict.fromkeys(file.damage.detail for file in files if file.damage)))
    counts = counted(len(files), ("{number} file", "{number} files"))
    return (
        f"Not sure: {folders} does not answer, so {counts} may be there or not. Connect the drive and press Refresh: "
        "as it is, Generate would download again what it does not find."
    )


def why_status(model: TrackedModel) -> str:
    """Return what is missing, in a few words; empty for a downloaded model."""
    if model.status is ModelStatus.DOWNLOADED:
        return ""
    reasons = (
        (model.problems, "its definition has a problem"),
        (model.unanswered, "a folder does not answer"),
        (model.damaged, "a file is broken"),
        (model.unfinished, "a file is being written"),
    )
    known = next((words for found, words in reasons if found), None)
    if known is not None:
        return known
    if model.status is ModelStatus.MISSING:
        return "none of its own weights are on disk"
    return _missing_roles(model)


def _missing_roles(model: TrackedModel) -> str:
    absent = [*model.to_fetch, *([model.stopped_by] if model.stopped_by else [])]
    roles = {file.required.role for file in absent}
    if roles & OWN_WEIGHTS:
        return "another format, or only some, of its weights are on disk"
    if roles == {Role.SHARED}:
        return "only helpers shared by all models are missing"
    return f"still missing: {listed([ROLES[role] for role in Role if role in roles])}"
