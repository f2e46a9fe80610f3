"""What the world's disk holds, as the reports take it."""

from types import SimpleNamespace

import pytest
from model_tracker.catalog.query import ListedModel
from model_tracker.performance.fit import FitLevel
from model_tracker.performance.metrics import Metrics


@pytest.fixture
def scanned(world):
    """Return the world's inventory and its models, of which nothing but the given figures is known."""

    def scan(**figures):
        if "arch" in world.models:
            world.models["arch"]["visible"] = False  # the world's base type is no model of the test's
        inventory = world.inventory()
        fit = SimpleNamespace(overall=FitLevel.UNKNOWN)
        models = [
            ListedModel(model, Metrics(model_type=model.model_type, name=model.name, **figures), fit)
            for model in inventory.visible
        ]
        return inventory, models

    return scan
