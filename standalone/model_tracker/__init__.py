"""Gives the checkout an importable name for the demo and the tests, whatever its folder is called."""

from pathlib import Path

__path__ = [str(Path(__file__).resolve().parents[2])]
