"""What Generate would fetch if a setting or the form's config choice were another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from .definitions import CONFIG_KEYS, mapping
from .inventory import FileState, Scan, TrackedFile, TrackedModel, track_model
from .problems import DefinitionError
from .requirements import Role, requirements

if TYPE_CHECKING:
    from ..host import HostSnapshot

TRANSFORMER_SETTINGS = ("int8", "fp8", "bf16")
TEXT_ENCODER_SETTINGS = ("int8", "bf16")
"""What the host's Configuration tab offers."""


class Setting(Enum):
    """What could be set otherwise; the value is shown to users."""

    TRANSFORMER = "Transformer quantization"
    TEXT_ENCODER = "Text encoder quantization"
    CONFIG = "Config"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The model as it would be under one value of a setting.

    Attributes:
        setting: What is set.
        label: The value as users know it.
        value: The value as the host keeps it; for a config its selection, such as ",,lower_ram".
        is_current: Whether it is in force (for a config: nothing is selected).
        model: What Generate would fetch then.
    """

    setting: Setting
    label: str
    value: str
    is_current: bool
    model: TrackedModel


@dataclass(frozen=True, slots=True)
class Variant:
    """One of several alternative files.

    Attributes:
        file: What is there of it, or what fetching it would mean.
        role: What it is for.
        is_chosen: Whether it is the one in force.
        chosen_by: Values of the setting that would choose it; empty: none does.
    """

    file: TrackedFile
    role: Role
    is_chosen: bool
    chosen_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """What could be chosen otherwise for one model.

    Attributes:
        outcomes: Under each value of the quantization settings.
        configs: Under each of the form's config choices, one at a time.
        variants: The alternative files of each of its slots.
        cheaper: The setting under which Generate would fetch least, where that is less than now.
    """

    outcomes: tuple[Outcome, ...]
    configs: tuple[Outcome, ...]
    variants: tuple[Variant, ...]
    cheaper: Outcome | None


def options(host: HostSnapshot, model_type: str, scan: Scan) -> Options:
    """Return what each setting, config choice and alternative file would mean for a model."""
    found = outcomes(host, model_type, scan)
    now = next(outcome.model for outcome in found if outcome.is_current)
    return Options(
        found, config_outcomes(host, model_type, scan), variants(now, found, scan), cheaper_setting(found)
    )


def outcomes(host: HostSnapshot, model_type: str, scan: Scan) -> tuple[Outcome, ...]:
    """Return what each value of the quantization settings would mean for a model."""
    settings = host.settings
    found: list[Outcome] = []
    for setting, values, field in (
        (Setting.TRANSFORMER, TRANSFORMER_SETTINGS, "transformer_quantization"),
        (Setting.TEXT_ENCODER, TEXT_ENCODER_SETTINGS, "text_encoder_quantization"),
    ):
        current = getattr(settings, field) or "bf16"
        for value in dict.fromkeys([current, *values]):
            other = replace(host, settings=replace(settings, **{field: value}))
            model = track_model(other, requirements(other, model_type), scan)
            found.append(Outcome(setting, value, value, value == current, model))
    return tuple(found)


def config_outcomes(host: HostSnapshot, model_type: str, scan: Scan) -> tuple[Outcome, ...]:
    """Return what each of the form's config choices would mean for a model, one at a time; empty without any."""
    try:
        groups = host.config_groups(model_type)
    except DefinitionError:
        return ()
    found: list[Outcome] = []
    for place, group in enumerate(groups[: len(CONFIG_KEYS)]):
        for identifier, label in _choices(group):
            selection = "," * place + identifier
            model = track_model(host, requirements(host, model_type, selection), scan)
            found.append(Outcome(Setting.CONFIG, label, selection, is_current=False, model=model))
    return tuple(found)


def _choices(group: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield id and label of each choice; the group's own name goes before the label."""
    heading = str(group.get("_name") or "Config")
    for identifier, overrides in group.items():
        if not identifier.startswith("_"):
            name: object = mapping(cast("object", overrides)).get("name")
            yield identifier, f"{heading}: {name if isinstance(name, str) else identifier}"


def variants(model: TrackedModel, found: tuple[Outcome, ...], scan: Scan) -> tuple[Variant, ...]:
    """Return the alternatives of all slots of a model, each with the settings that would choose it.

    Args:
        model: The model under the settings in force.
        found: Its outcomes under other settings.
        scan: The same look at the disk.
    """
    listed: list[Variant] = []
    for place, slot in enumerate(model.slots):
        setting = Setting.TEXT_ENCODER if slot.role is Role.TEXT_ENCODER else Setting.TRANSFORMER
        chosen_put: dict[str, list[str]] = {}
        for outcome in found:
            if outcome.setting is setting and place < len(outcome.model.slots):
                chosen_put.setdefault(outcome.model.slots[place].chosen.put, []).append(outcome.value)
        listed += [
            Variant(scan.track(file), slot.role, file is slot.chosen, tuple(chosen_put.get(file.put, ())))
            for file in slot.alternatives
        ]
    return tuple(listed)


def cheaper_setting(found: tuple[Outcome, ...]) -> Outcome | None:
    """Return the quantization under which Generate would fetch least, where that is less than now."""
    now = next((outcome for outcome in found if outcome.is_current), None)
    if now is None or not now.model.to_fetch:
        return None
    least = min(found, key=lambda outcome: _cost(outcome.model))
    return least if _cost(least.model) < _cost(now.model) else None


def _cost(model: TrackedModel) -> tuple[bool, int, int]:
    """Order: what stops with an error comes last, then bytes, then files of unknown size."""
    missing = [file for file in model.to_fetch if file.state is FileState.MISSING]
    return model.stopped_by is not None, model.fetch.bytes, len(missing)
