"""The models of the last scan with their figures, evaluated for this machine or for another card."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ...catalog.query import ListedModel
from ...inventory.models import Inventory
from ...performance.fit import Fit, FitLevel
from ...performance.hardware import Machine, detect_machine
from ...performance.metrics import Metrics
from ...phrases import describe_exception
from ...wan2gp.definitions import mapping
from ...wan2gp.settings import Settings

if TYPE_CHECKING:
    from ...inventory.models import TrackedModel
    from ...model_analyzer import ModelAnalyzer
    from ...performance.vram_grid import VramGrid
    from ...performance_db import PerformanceDatabase


def _unknown(model: TrackedModel, cause: str) -> ListedModel:
    """Return a model whose figures cannot be worked out."""
    notes = f"Its figures cannot be worked out ({cause})."
    figures = Metrics(model_type=model.model_type, name=model.name, notes=notes)
    unknown = FitLevel.UNKNOWN
    return ListedModel(model, figures, Fit(unknown, unknown, unknown, "", None, notes))


class Listings:
    """Joins what the analyzer and the database know; kept until the next scan."""

    def __init__(
        self, analyzer: ModelAnalyzer, database: PerformanceDatabase, machine: Machine | None = None
    ) -> None:
        """Keep the collaborators.

        Args:
            analyzer: Knows what is on disk.
            database: Knows the figures.
            machine: What models are evaluated for; None: this machine.
        """
        self._analyzer = analyzer
        self.database = database
        self._machine = machine or detect_machine()
        self._kept: tuple[Inventory, dict[str, tuple[ListedModel, ...]]] | None = None

    @property
    def inventory(self) -> Inventory:
        """The last inventory; an empty one before the first scan has ended."""
        return self._analyzer.last_inventory or Inventory.nothing_yet(Settings(), datetime.now(timezone.utc))

    def machine(self, card: str | None = None) -> Machine:
        """Return this machine, or this machine with another card in it."""
        return self._machine.with_card(card) if card else self._machine

    def of(self, card: str | None = None) -> tuple[ListedModel, ...]:
        """Return the models that the host lists, and the user's finetunes that it does not offer.

        Args:
            card: The graphics card to judge by; "" or None for this machine's.
        """
        inventory, kept = self.inventory, self._kept
        if kept is None or kept[0] is not inventory:
            kept = self._kept = inventory, {}
        lists = kept[1]
        if "" not in lists:
            lists[""] = tuple(self.one(model) for model in inventory.listed)
        if card and card not in lists:
            lists[card] = tuple(
                ListedModel(model.tracked, model.figures, self._fit(model.tracked, card))
                for model in lists[""]
            )
        return lists[card or ""]

    def one(self, model: TrackedModel, card: str | None = None) -> ListedModel:
        """Return one model with its figures, whether the host lists it or not."""
        definition = mapping(self.inventory.definitions.get(model.model_type))
        try:
            figures = self.database.metrics(model.model_type, model.base_type, definition)
            return ListedModel(model, figures, self._fit(model, card))
        except Exception as error:  # noqa: BLE001 - whatever a definition does, the other models are listed
            return _unknown(model, describe_exception(error))

    def vram_grid(self, model: TrackedModel, card: str | None = None) -> VramGrid | None:
        """Return what a model needs for a few usual sizes and lengths; None where that is not known."""
        return self.database.vram_grid(
            model.model_type,
            self.machine(card),
            base_type=model.base_type,
            weights_file=model.weights_file,
            profile=model.memory_profile,
        )

    def _fit(self, model: TrackedModel, card: str | None) -> Fit:
        return self.database.judge_fit(
            model.model_type,
            self.machine(card),
            base_type=model.base_type,
            weights_file=model.weights_file,
            profile=model.memory_profile,
        )
