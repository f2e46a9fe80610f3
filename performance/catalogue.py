"""All model types and architectures by name, with the names of earlier plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from .errors import UnknownModelError
from .facts import read_facts
from .records import Architecture, ModelRecord, read_architecture, read_model, read_text_encoder


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The models and architectures that the data files describe.

    Attributes:
        models: By model type.
        architectures: By architecture id.
        aliases: Earlier names; None for models that the host no longer has.
    """

    models: Mapping[str, ModelRecord]
    architectures: Mapping[str, Architecture]
    aliases: Mapping[str, str | None]

    def find(self, name: str) -> ModelRecord | None:
        """Return the model of this type, alias or architecture id, or None.

        An architecture stands for the model type of the same name, else for its first one.
        """
        name = self.aliases.get(name) or name
        if name in self.models:
            return self.models[name]
        if name in self.architectures:
            return next((model for model in self.models.values() if model.architecture == name), None)
        return None

    def get(self, name: str) -> ModelRecord:
        """Return the model of this type, alias or architecture id.

        Raises:
            UnknownModelError: There is none; names the nearest.
        """
        model = self.find(name)
        if model is None:
            raise UnknownModelError(name, {**self.architectures, **self.models})
        return model

    def architecture_of(self, model: ModelRecord) -> Architecture:
        """Return a model's architecture."""
        return self.architectures[model.architecture]


@cache
def load_catalogue() -> Catalogue:
    """Return the package's own catalogue, read once."""
    architectures = read_facts("architectures")
    encoders = {
        name: read_text_encoder(fields) for name, fields in architectures.records("text_encoders").items()
    }
    models = read_facts("models").records("models")
    aliases = read_facts("aliases").fields("aliases")
    return Catalogue(
        models={name: read_model(name, fields) for name, fields in models.items()},
        architectures={
            name: read_architecture(name, fields, encoders)
            for name, fields in architectures.records("architectures").items()
        },
        aliases={name: aliases.maybe_text(name) for name in aliases.values},
    )
