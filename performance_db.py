"""PerformanceDatabase: how fast, how heavy and how good each model is, each figure with its origin.

A thin front over the package `performance`; see docs/performance.md for the formulas and how good they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from .performance.audio import estimate_audio_seconds
from .performance.catalogue import load_catalogue
from .performance.constants import load_constants
from .performance.definition_metrics import infer_metrics
from .performance.errors import UnknownModelError, UnknownNameError
from .performance.fit import Fit, judge_fit
from .performance.labels import Origin
from .performance.metrics import Metrics, known_metrics
from .performance.profiles import DEFAULT, Profile
from .performance.profiles import profile as parse_profile
from .performance.quantization import Quantization
from .performance.quantization import quantization as parse_quantization
from .performance.speed import SpeedCase, SpeedEstimate
from .performance.speed import estimate_seconds as estimate_picture_seconds
from .performance.vram import UNKNOWN_VRAM, VramCase, VramEstimate, published_audio_vram
from .performance.vram import estimate_vram as estimate_case
from .performance.vram_grid import VramGrid, vram_grid
from .phrases import describe_exception
from .wan2gp.definitions import mapping, outputs

if TYPE_CHECKING:
    from .performance.hardware import Machine
    from .performance.records import ModelRecord

__all__ = [
    "Metrics",
    "Origin",
    "PerformanceDatabase",
    "SpeedEstimate",
    "UnknownModelError",
    "UnknownNameError",
    "VramEstimate",
]

SORT_KEYS = ("name", "speed", "vram", "quality")


class MetricsView(Mapping[str, "dict[str, Any]"]):
    """The figures of every known model type as dictionaries; worked out when first looked at."""

    def __getitem__(self, model_type: str) -> dict[str, Any]:
        return known_metrics()[model_type].as_dict()

    def __iter__(self) -> Iterator[str]:
        return iter(known_metrics())

    def __len__(self) -> int:
        return len(known_metrics())


class PerformanceDatabase:
    """Answers about speed, VRAM, quality and best use. Holds nothing: instances are free."""

    METRICS: ClassVar[Mapping[str, dict[str, Any]]] = MetricsView()

    def metrics(
        self, model_type: str, base_type: str | None = None, definition: Mapping[str, Any] | None = None
    ) -> Metrics:
        """Return a model's figures; never fails.

        A known type or, without a definition, an earlier plan's name for it comes first; then what the definition says,
        on its architecture or base type; then the base type alone; then unknown, where every figure is None.

        Args:
            model_type: The host's id.
            base_type: The base type that the host gives for it.
            definition: The host's definition of it.
        """
        catalogue = load_catalogue()
        model = catalogue.find(model_type)
        if model is not None and (model.model_type == model_type or definition is None):
            return known_metrics()[model.model_type]
        if definition is not None:
            described = self._inferred(model_type, definition, base_type)
            if described is not None:
                return described
        base = model or (catalogue.find(base_type) if base_type else None)
        if base is not None:
            figures, notes = known_metrics()[base.model_type], f"Figures of its base type, {base.name}."
            return replace(figures, model_type=model_type, name=model_type, notes=notes, licence=None)
        return Metrics(model_type=model_type, name=model_type, notes="Nothing is known about this model.")

    @staticmethod
    def _inferred(model_type: str, definition: Mapping[str, Any], base_type: str | None) -> Metrics | None:
        try:
            made = outputs(mapping(definition.get("model")) or definition)
            return infer_metrics(model_type, definition, base_type, made[0].value)
        except Exception as error:  # noqa: BLE001 - a user's file may hold anything; one model's figures are lost
            notes = f"Its definition cannot be evaluated ({describe_exception(error)})."
            return Metrics(model_type=model_type, name=model_type, notes=notes)

    def get_metrics(
        self, model_type: str, base_type: str | None = None, definition: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return a model's figures as a dictionary; see `metrics`."""
        return self.metrics(model_type, base_type, definition).as_dict()

    def estimate_from_architecture(self, model_def: Mapping[str, Any]) -> dict[str, Any]:
        """Return the figures that follow from a definition alone: its architecture, name, size, steps and guidance.

        What cannot be told is None or "Unknown".
        """
        name = model_def.get("name")
        model_type = name if isinstance(name, str) and name else "unnamed"
        figures = self._inferred(model_type, model_def, None)
        if figures is None:
            figures = Metrics(
                model_type=model_type, name=model_type, notes="The definition says too little to judge by."
            )
        return figures.as_dict()

    def get_all_models_sorted(self, sort_by: str = "name") -> list[str]:
        """Return every known model type in order; unknown values come last.

        Args:
            sort_by: "name" (A to Z), "speed" (fast to slow), "vram" (low to high) or "quality" (low to high).

        Raises:
            UnknownNameError: It is none of these.
        """
        if sort_by not in SORT_KEYS:
            raise UnknownNameError("order", sort_by, SORT_KEYS)

        def key(figures: Metrics) -> tuple[bool, float, str]:
            values = {
                "name": 0.0,
                "speed": None if figures.speed_multiplier is None else -figures.speed_multiplier,
                "vram": figures.vram_min_gb,
                "quality": figures.quality_rank,
            }
            value = values[sort_by]
            return value is None, value or 0.0, figures.name.casefold()

        return [figures.model_type for figures in sorted(known_metrics().values(), key=key)]

    def estimate_vram(  # noqa: PLR0913 - a generation has this many sizes, each by name
        self,
        model_type_or_architecture: str,
        *,
        width: int | None = None,
        height: int | None = None,
        frames: int | None = None,
        quantization: str = "int8",
        profile: float | str = DEFAULT,
    ) -> VramEstimate:
        """Return the VRAM and RAM of one generation; see performance/vram.py for the formula.

        Args:
            model_type_or_architecture: A known model type, alias or architecture.
            width: Pixels; None: the model's default, as for the next two. Sound models take none of them.
            height: Pixels.
            frames: 1 for a picture.
            quantization: Of the transformer's weights.
            profile: The host's memory profile.

        Raises:
            UnknownNameError: A name is not known; it says which is nearest.
            ValueError: A size is not positive.
        """
        catalogue = load_catalogue()
        model = catalogue.get(model_type_or_architecture)
        architecture = catalogue.architecture_of(model)
        stored, used = parse_quantization(quantization), parse_profile(profile)
        if not architecture.is_visual:
            return published_audio_vram(architecture, stored, used, load_constants())
        given = model.defaults
        sizes = _positive(
            width=given.width if width is None else width,
            height=given.height if height is None else height,
            frames=given.frames if frames is None else frames,
        )
        return estimate_case(
            architecture, VramCase(**sizes, quantization=stored, profile=used), load_constants()
        )

    def estimate_seconds(  # noqa: PLR0913 - as above
        self,
        model_type_or_architecture: str,
        *,
        gpu: str | None,
        width: int | None = None,
        height: int | None = None,
        frames: int | None = None,
        steps: int | None = None,
        passes: int | None = None,
        precision: str = "bf16",
        duration_s: float | None = None,
    ) -> SpeedEstimate:
        """Return the time of one generation; see performance/speed.py for the formula.

        Args:
            model_type_or_architecture: A known model type, alias or architecture.
            gpu: A card's name; None for the relative cost alone.
            width: Pixels; None: the model's default, as for the next four.
            height: Pixels.
            frames: 1 for a picture.
            steps: Denoising steps.
            passes: Runs of the network per step: 2 with guidance.
            precision: Of the weights: "bf16", "int8", "fp8" …
            duration_s: Seconds of sound, for speech and music.

        Raises:
            UnknownNameError: A name is not known; it says which is nearest.
            ValueError: A size is not positive, or the model has no default for one that is missing.
        """
        catalogue = load_catalogue()
        model = catalogue.get(model_type_or_architecture)
        architecture = catalogue.architecture_of(model)
        stored = parse_quantization(precision)
        if not architecture.is_visual:
            return estimate_audio_seconds(model, gpu, duration_s)
        given = model.defaults
        sizes = _positive(
            width=given.width if width is None else width,
            height=given.height if height is None else height,
            frames=given.frames if frames is None else frames,
            steps=given.steps if steps is None else steps,
            passes=given.passes if passes is None else passes,
        )
        case = SpeedCase(**sizes, precision=stored)
        return estimate_picture_seconds(model, architecture, case, gpu)

    def judge_fit(  # noqa: PLR0913 - one argument for each fact of the case
        self,
        model_type: str,
        machine: Machine,
        *,
        base_type: str | None = None,
        weights_file: str = "",
        profile: float | str = DEFAULT,
        width: int | None = None,
        height: int | None = None,
        frames: int | None = None,
    ) -> Fit:
        """Return how a generation suits a machine under a memory profile; see performance/fit.py.

        Args:
            model_type: The host's id.
            machine: The machine, or one the user asks about.
            base_type: Its base type, for types that the package does not know.
            weights_file: Name of the file of its weights, which tells the quantization; "": the host's default.
            profile: The host's memory profile; an unknown one counts as the host's default.
            width: Pixels; None: the model's default, as for the next two.
            height: Pixels.
            frames: 1 for a picture.
        """
        model = _find(model_type, base_type)
        active, stored = _active(profile), _stored(weights_file)

        def estimate(used: Profile) -> VramEstimate:
            if model is None:
                return UNKNOWN_VRAM
            return self.estimate_vram(
                model.model_type,
                width=width,
                height=height,
                frames=frames,
                quantization=stored.name,
                profile=used.number,
            )

        picture = model is not None and load_catalogue().architecture_of(model).modality == "image"
        return judge_fit(machine, estimate, active.number, picture=picture)

    def vram_grid(
        self,
        model_type: str,
        machine: Machine,
        *,
        base_type: str | None = None,
        weights_file: str = "",
        profile: float | str = DEFAULT,
    ) -> VramGrid | None:
        """Return what a model needs for a few usual sizes and lengths, each judged for the machine's card.

        The arguments are those of `judge_fit`. None for models of sound and for what is not known.
        """
        model = _find(model_type, base_type)
        if model is None:
            return None
        architecture = load_catalogue().architecture_of(model)
        return vram_grid(architecture, model.defaults, _stored(weights_file), _active(profile), machine)

    def vram_summary(
        self, model_type: str, base_type: str | None = None, quantization: str = "bf16"
    ) -> dict[str, Any]:
        """Return the least and the recommended card for a model's default output under profile 4, and notes; None: not known.

        Args:
            model_type: The host's id.
            base_type: Its base type, for types that the package does not know.
            quantization: Of the transformer's weights.
        """
        model = _find(model_type, base_type)
        if model is None:
            return {"min_gb": None, "recommended_gb": None, "notes": "Nothing is known about this model."}
        estimate = self.estimate_vram(model.model_type, quantization=quantization)
        least = None if estimate.minimum_card_gb is None else round(estimate.minimum_card_gb, 1)
        return {"min_gb": least, "recommended_gb": estimate.recommended_card_gb, "notes": estimate.basis}


def _find(model_type: str, base_type: str | None) -> ModelRecord | None:
    """Return the record of a type that the package knows, else of its base type."""
    catalogue = load_catalogue()
    return catalogue.find(model_type) or (catalogue.find(base_type) if base_type else None)


def _active(profile: float | str) -> Profile:
    """Return the host's memory profile; its default where it names one that is not known."""
    try:
        return parse_profile(profile)
    except UnknownNameError:
        return parse_profile(DEFAULT)


def _stored(weights_file: str) -> Quantization:
    """Return the format in a file's name; a name without one stands for 16 bits."""
    try:
        return parse_quantization(weights_file)
    except UnknownNameError:
        return parse_quantization("bf16")


def _positive(**sizes: int | None) -> dict[str, int]:
    missing = [name for name, value in sizes.items() if value is None]
    if missing:
        raise ValueError(f"{missing[0]} must be given: the model has no default for it")
    wrong = [f"{name} must be positive, not {value}" for name, value in sizes.items() if (value or 0) <= 0]
    if wrong:
        raise ValueError(wrong[0])
    return {name: int(value or 0) for name, value in sizes.items()}
