"""What the world's disk holds, as the reports take it."""

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from model_tracker.inventory.integrity import Integrity
from model_tracker.inventory.inventory import take_inventory
from model_tracker.inventory.listing import ListedModel
from model_tracker.performance.fit import FitLevel
from model_tracker.performance.metrics import Metrics


@pytest.fixture
def scanned(world):
    """Return the world's inventory and its models, for which nothing is known."""

    def scan(**figures):
        inventory = take_inventory(world.snapshot(), Integrity(), datetime(2026, 8, 1, tzinfo=timezone.utc))
        fit = SimpleNamespace(overall=FitLevel.UNKNOWN)
        models = [
            ListedModel(model, Metrics(model_type=model.model_type, name=model.name, **figures), fit)
            for model in inventory.visible
            if model.model_type != "arch"  # the world's base type
        ]
        return inventory, models

    return scan
