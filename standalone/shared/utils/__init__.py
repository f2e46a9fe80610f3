"""Stands in for Wan2GP's package of the same name outside Wan2GP."""
