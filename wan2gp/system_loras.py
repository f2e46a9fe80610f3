"""The LoRAs that a model adds by itself when Generate is pressed, by the form's settings.

Loading does not download them: Wan2GP asks for them between loading and the first step. A rule per family, told apart
by the architecture; how old the host is shows in the keys of its definitions, never in its version number:

    ltx2_lora_distilled                11.70 on; until then such LoRAs stood in the definition's `loras`
    distill_lora_URL                   11.77 on
    ltx2_lora_inpaint                  12.26 on: in- and outpainting, ingredients
    ltx2_lora_pixel_spatial_upscaler   12.51 on: LTX-2.5, the newer distilled LoRA
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from .definitions import Definition, mapping

Form = Mapping[str, Any]
"""Settings of the form by the host's own keys, such as `guidance_phases`."""

_INPAINTING_MARK = "ltx2_lora_inpaint"
_NEWEST_MARK = "ltx2_lora_pixel_spatial_upscaler"
MARKS = (_INPAINTING_MARK, _NEWEST_MARK)
"""Keys of definitions that show how old the host is."""

_PLAIN_FORM: dict[str, Any] = {
    "guidance_phases": 1,
    "sample_solver": "",
    "video_prompt_type": "",
    "audio_prompt_type": "",
    "video_guide_outpainting": "#",
    "video_guide_outpainting_ratio": "",
    "activated_loras": [],
}
"""What a form holds of the keys that the rules read, unless the model's family or definition says otherwise."""


@dataclass(frozen=True, slots=True)
class LoraQuestion:
    """What a rule is asked.

    Attributes:
        base_type: The model's architecture.
        definition: Its definition.
        form: The form's settings; `default_form` completes them.
        preloads: The entries of the definition's `preload_URLs`, references followed.
        marks: Those of `MARKS` that some definition of the host has.
    """

    base_type: str
    definition: Definition
    form: Form
    preloads: Sequence[str]
    marks: frozenset[str]

    def text(self, key: str) -> str:
        """Return a setting as text; "" where it is not set."""
        value: object = self.form.get(key)
        return value if isinstance(value, str) else ""


def marks_in(definitions: Mapping[str, Any]) -> frozenset[str]:
    """Return those of `MARKS` that some definition of the host has."""
    return frozenset(
        mark for mark in MARKS if any(mark in mapping(definition) for definition in definitions.values())
    )


def may_add_loras(base_type: str) -> bool:
    """Return whether models of this architecture add LoRAs under some settings."""
    return base_type in _RULES


def system_loras(question: LoraQuestion) -> tuple[str, ...]:
    """Return the addresses or file names of the LoRAs that the model adds, in the host's order; most add none."""
    rule = _RULES.get(question.base_type)
    return tuple(rule(question)) if rule else ()


def default_form(base_type: str, definition: Definition) -> dict[str, Any]:
    """Return the model's default settings, as far as the rules read them.

    As the host makes them: plain settings, then the family's, then the definition's own. Equal to what 12.60 answers
    for the 29 models of the families that have a rule.
    """
    family = {**_ltx2_defaults(base_type, definition), **_longcat_defaults(base_type)}
    form = {**_PLAIN_FORM, **family, **mapping(definition.get("settings"))}
    if base_type in _LTX2 and _is_two_stage(definition) and not form["sample_solver"]:
        form["sample_solver"] = "euler"
    return form


_LTX2 = frozenset(
    {"ltx2_19B", "ltx2_22B", "ltx2_25_22B", "ltx2_22B_edit_anything", "ltx2_22B_msr", "joyai_echo"}
)
_DISTILLED_SOLVERS = ("distilled_8_steps", "res2s")
_CONTROL_LETTERS = "OPDE"  # pose, depth, edges …
_LETTERS_OF_OTHER_INPUTS = "KFVOPDEMA&"


def _ltx2(question: LoraQuestion) -> Iterator[str]:
    """Yield what LTX-2 adds: for fewer steps, for control videos, in- and outpainting, HDR and voices."""
    chosen = _base_names(question.form.get("activated_loras"))
    taken: list[str] = []
    for name, signature in _ltx2_wanted(question):
        address = _ltx2_address(question, name, signature)
        replaced = any(signature in base_name for base_name in (*chosen, *taken))
        if address and not replaced:
            taken.append(_base_name(address))
            yield address


def _ltx2_wanted(question: LoraQuestion) -> Iterator[tuple[str, str]]:
    """Yield (name behind `ltx2_lora_`, what its file's name holds)."""
    is_newest, knows_inpainting = _NEWEST_MARK in question.marks, _INPAINTING_MARK in question.marks
    letters, solver = question.text("video_prompt_type"), question.text("sample_solver").lower()
    is_main = question.base_type in (("ltx2_22B", "ltx2_25_22B") if is_newest else ("ltx2_22B",))
    by_solver = solver in _DISTILLED_SOLVERS or (is_newest and solver == "distilled_8_steps_ancestral")
    if _is_two_stage(question.definition) and (by_solver or _phases(question.form) > 1):
        is_later = is_newest and by_solver and question.base_type == "ltx2_22B"
        yield "distilled_1_1" if is_later else "distilled", "distilled-lora"
    if is_main and "&" in letters:
        yield "hdr", "ic-lora-hdr"
    if any(letter in letters for letter in _CONTROL_LETTERS):
        yield "union_control", "union-control"
    if is_main and is_outpainting(question.form):
        yield "outpaint", "ic-lora-outpaint" if knows_inpainting else "outpaint"
    if is_main and knows_inpainting and "M" in letters and "A" in letters:
        yield "inpaint", "in-outpainting"
    is_alone = not any(letter in letters for letter in _LETTERS_OF_OTHER_INPUTS)
    if is_main and knows_inpainting and "I" in letters and is_alone:
        yield "ingredients", "ic-lora-ingredients"
    if "1" in question.text("audio_prompt_type"):
        yield "id", "id-lora-celebvhq"


def _ltx2_address(question: LoraQuestion, name: str, signature: str) -> str:
    """Return a LoRA's address: the last preload of that kind that goes to the LoRA folder, else the definition's."""
    addresses = [
        entry.removesuffix("|%lora_dir") for entry in question.preloads if entry.endswith("|%lora_dir")
    ]
    preloaded = [address for address in addresses if signature in _base_name(address)]
    own: object = question.definition.get(f"ltx2_lora_{name}")
    return preloaded[-1] if preloaded else own if isinstance(own, str) else ""


def _ltx2_defaults(base_type: str, definition: Definition) -> dict[str, Any]:
    if base_type not in _LTX2:
        return {}
    defaults: dict[str, Any] = {"guidance_phases": 1 if base_type == "joyai_echo" else 2}
    if _is_two_stage(definition) and base_type != "ltx2_19B":
        is_newer = base_type == "ltx2_25_22B"
        defaults["sample_solver"] = "distilled_8_steps_ancestral" if is_newer else "distilled_8_steps"
    if definition.get("ltx2_edit_anything"):
        defaults.update(audio_prompt_type="K", video_prompt_type="VGI")
    if base_type == "ltx2_22B_msr" or definition.get("ltx2_msr"):
        defaults.update(audio_prompt_type="", video_prompt_type="KI")
    return defaults


def _longcat(question: LoraQuestion) -> Iterator[str]:
    """Yield what LongCat Avatar 1.5 adds: its distilled LoRA, unless another solver is chosen."""
    solver = question.text("sample_solver") or question.definition.get("sample_solver", "distill")
    address: object = question.definition.get("distill_lora_URL")
    if solver == "distill" and isinstance(address, str) and address:
        yield address


def _longcat_defaults(base_type: str) -> dict[str, Any]:
    if not base_type.startswith("longcat"):
        return {}
    return {"sample_solver": "distill" if base_type == "longcat_avatar_v1_5" else "auto"}


_RULES: dict[str, Callable[[LoraQuestion], Iterator[str]]] = {
    **dict.fromkeys(_LTX2, _ltx2),
    "longcat_avatar_v1_5": _longcat,
}


def _is_two_stage(definition: Definition) -> bool:
    return definition.get("ltx2_pipeline", "two_stage") != "distilled"


def _phases(form: Form) -> int:
    value: object = form.get("guidance_phases")
    try:
        return int(cast("int", value) or 1)
    except (TypeError, ValueError, OverflowError):
        return 1


def is_outpainting(form: Form) -> bool:
    """Return whether the two settings together switch outpainting on: margins, or a ratio in their place."""
    margins: object = form.get("video_guide_outpainting")
    if not isinstance(margins, str) or margins.strip().startswith("#"):
        return False
    if margins.strip() in {"", "0 0 0 0"}:
        ratio: object = form.get("video_guide_outpainting_ratio")
        return isinstance(ratio, str) and bool(ratio.strip())
    return len(margins.strip().split(" ")) == 4


def _base_names(names: object) -> tuple[str, ...]:
    listed = cast("Sequence[object]", names) if isinstance(names, (list, tuple)) else ()
    return tuple(_base_name(name) for name in listed if isinstance(name, str))


def _base_name(address: str) -> str:
    """Return the last part of an address or path, in lower case, as the host compares it."""
    return address.rpartition("/")[2].lower()
