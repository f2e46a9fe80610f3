"""What Generate would fetch if a setting or the form's config choice were another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from ..performance.errors import UnknownNameError
from ..performance.quantization import quantization
from ..wan2gp.definitions import CONFIG_KEYS, mapping
from ..wan2gp.problems import DefinitionError
from ..wan2gp.required_files import Role
from ..wan2gp.requirements import requirements
from .scan import Scan, track_model
from .sizes import SizeOrigin

if TYPE_CHECKING:
    from ..wan2gp.snapshot import HostSnapshot
    from .models import TrackedFile, TrackedModel

TRANSFORMER_SETTINGS = ("int8", "fp8", "bf16")
TEXT_ENCODER_SETTINGS = ("int8", "bf16")
"""What the host's Configuration tab offers."""
MOST_CHOICES = 500
"""Config choices of one group that are worked out; each costs a look at the whole definition."""


class Setting(Enum):
    """What could be set otherwise."""

    TRANSFORMER = "transformer_quantization"
    TEXT_ENCODER = "text_encoder_quantization"
    CONFIG = "config"


def setting_of(role: Role) -> Setting:
    """Return the setting that chooses among alternative files of a role."""
    return Setting.TEXT_ENCODER if role is Role.TEXT_ENCODER else Setting.TRANSFORMER


@dataclass(frozen=True, slots=True)
class Scenario:
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

    @property
    def setting(self) -> Setting:
        """The setting that chooses among them."""
        return setting_of(self.role)

    @property
    def form(self) -> str:
        """The format in the file's name: "int8", "q4_k_m"; "16 bits" where it names none."""
        try:
            return quantization(self.file.required.name).name
        except UnknownNameError:
            return "16 bits"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What could be chosen otherwise for one model.

    Attributes:
        scenarios: Under each value of the quantization settings.
        configs: Under each of the form's config choices, one at a time.
        variants: The alternative files of each of its slots.
        best: The setting under which Generate would fetch least, where that is less than now.
    """

    scenarios: tuple[Scenario, ...]
    configs: tuple[Scenario, ...]
    variants: tuple[Variant, ...]
    best: Scenario | None


def what_if(host: HostSnapshot, model_type: str, scan: Scan) -> WhatIf:
    """Return what each setting, config choice and alternative file would mean for a model."""
    found = scenarios(host, model_type, scan)
    now = next(scenario.model for scenario in found if scenario.is_current)
    return WhatIf(
        found, config_scenarios(host, model_type, scan), variants(now, found, scan), best_setting(found)
    )


def scenarios(host: HostSnapshot, model_type: str, scan: Scan) -> tuple[Scenario, ...]:
    """Return what each value of the quantization settings would mean for a model."""
    settings = host.settings
    found: list[Scenario] = []
    for setting, values, field in (
        (Setting.TRANSFORMER, TRANSFORMER_SETTINGS, "transformer_quantization"),
        (Setting.TEXT_ENCODER, TEXT_ENCODER_SETTINGS, "text_encoder_quantization"),
    ):
        current = getattr(settings, field) or "bf16"
        for value in dict.fromkeys([current, *values]):
            other = replace(host, settings=replace(settings, **{field: value}))
            model = track_model(other, requirements(other, model_type), scan)
            found.append(Scenario(setting, value, value, value == current, model))
    return tuple(found)


def config_scenarios(host: HostSnapshot, model_type: str, scan: Scan) -> tuple[Scenario, ...]:
    """Return what each of the form's config choices would mean for a model, one at a time; empty without any."""
    try:
        groups = host.config_groups(model_type)
    except DefinitionError:
        return ()
    found: list[Scenario] = []
    for place, group in enumerate(groups[: len(CONFIG_KEYS)]):
        for identifier, label in islice(_choices(group), MOST_CHOICES):
            selection = "," * place + identifier
            model = track_model(host, requirements(host, model_type, selection), scan)
            found.append(Scenario(Setting.CONFIG, label, selection, is_current=False, model=model))
    return tuple(found)


def _choices(group: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield id and label of each choice; the group's own name goes before the label."""
    heading = str(group.get("_name") or "Config")
    ids = cast("dict[object, Any]", dict(group))  # a copy: the host may change it meanwhile
    for identifier, overrides in ids.items():
        if isinstance(identifier, str) and identifier and not identifier.startswith("_"):
            name: object = mapping(cast("object", overrides)).get("name")
            yield identifier, f"{heading}: {name if isinstance(name, str) else identifier}"


def variants(model: TrackedModel, found: tuple[Scenario, ...], scan: Scan) -> tuple[Variant, ...]:
    """Return the alternatives of all slots of a model, each with the settings that would choose it.

    Args:
        model: The model under the settings in force.
        found: Its outcomes under other settings.
        scan: The same look at the disk.
    """
    listed: list[Variant] = []
    for place, slot in enumerate(model.slots):
        setting = setting_of(slot.role)
        chosen_put: dict[str, list[str]] = {}
        for scenario in found:
            if scenario.setting is setting and place < len(scenario.model.slots):
                chosen_put.setdefault(scenario.model.slots[place].chosen.target, []).append(scenario.value)
        listed += [
            Variant(
                scan.estimated(file, slot.role, model.slots, model.base_type),
                slot.role,
                file is slot.chosen,
                tuple(chosen_put.get(file.target, ())),
            )
            for file in slot.alternatives
        ]
    return tuple(listed)


def best_setting(candidates: tuple[Scenario, ...]) -> Scenario | None:
    """Return the quantization under which Generate would download least, where that is surely less than now.

    What is broken counts as to be downloaded again. A setting under which something is broken, not sure or stops is
    never advised, nor one under which a file of unknown size is to be downloaded that is not needed now.
    """
    now = next((scenario.model for scenario in candidates if scenario.is_current), None)
    if now is None or not (now.to_fetch or now.damaged or now.stopped_by):
        return None
    better = [
        scenario for scenario in candidates if _is_sure(scenario.model) and _is_less(scenario.model, now)
    ]
    return min(
        better, key=lambda scenario: (scenario.model.fetch.unknown, scenario.model.fetch.bytes), default=None
    )


def _is_sure(model: TrackedModel) -> bool:
    has_doubt = model.damaged or model.unfinished or model.unanswered or model.obstructed or model.problems
    return not has_doubt and model.stopped_by is None


def _is_less(model: TrackedModel, now: TrackedModel) -> bool:
    """Return whether less is surely to be downloaded for `model` than for `now`."""
    if not model.to_fetch:
        return True
    broken_bytes = sum(file.size_bytes or 0 for file in now.damaged)
    return (
        _of_unknown_size(model) <= _of_unknown_size(now)
        and model.fetch.bytes < now.fetch.bytes + broken_bytes
    )


def _of_unknown_size(model: TrackedModel) -> set[str]:
    return {file.required.target for file in model.to_fetch if file.size.origin is SizeOrigin.UNKNOWN}
