"""What Generate asks for between loading and the first step, by the settings of the form.

Wan2GP makes one list of LoRAs: the definition's own, those that the model adds, those chosen in the form. Loading has
downloaded the first; the others are downloaded now, each into the model's LoRA folder.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from . import definitions
from .forms import as_generated as form_as_generated
from .required_files import RequiredFile, Role
from .system_loras import Form, LoraQuestion, may_add_loras, system_loras

if TYPE_CHECKING:
    from .definitions import Definition
    from .required_files import FilePool
    from .snapshot import HostSnapshot


@dataclass(frozen=True, slots=True)
class AskedLoras:
    """The LoRAs of one form.

    Attributes:
        host: Knows the definitions.
        model_type: The model.
        definition: Its definition, with a config selection merged in.
        form: The form's settings, complete.
    """

    host: HostSnapshot
    model_type: str
    definition: Definition
    form: Form

    def loras(self, *, as_generated: bool) -> Iterator[tuple[Role, str]]:
        """Yield each as it is written: an address or a name in the LoRA folder.

        Args:
            as_generated: Whether the checks of a click on Generate change the form first.
        """
        if self.host.stops_after_loading:
            return
        own = definitions.own_definition(self.host.definitions, self.model_type)
        architecture = str(own.get("architecture", self.model_type))
        form = form_as_generated(self.form, architecture, own) if as_generated else self.form
        # LTX-2 reads the definition without the config selection, LongCat with it
        read = self.definition if architecture.startswith("longcat") else own
        if self.host.capabilities.system_loras and may_add_loras(architecture):
            preloads = definitions.entries_of(self.host.definitions, self.model_type, "preload_URLs", own)
            question = LoraQuestion(architecture, read, form, preloads, self.host.lora_marks)
            yield from ((Role.SYSTEM_LORA, entry) for entry in system_loras(question))
        chosen: object = form.get("activated_loras")
        if isinstance(chosen, (list, tuple)):
            names = (entry for entry in cast("Sequence[object]", chosen) if isinstance(entry, str) and entry)
            yield from ((Role.CHOSEN_LORA, entry) for entry in names)

    def file(self, role: Role, entry: str, pool: FilePool) -> RequiredFile:
        """Return one of them as a file.

        Raises:
            DefinitionError: The LoRA folder is not known, or the entry is malformed.
        """
        place = self.host.asked_lora(self.model_type, entry)

        def make() -> RequiredFile:
            path = os.path.abspath(place.path)
            return RequiredFile(role, os.path.basename(path), place.address, (path,), path)

        return pool.get((role, entry, place), make)
