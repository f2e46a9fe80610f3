"""Model Tracker, a Wan2GP plugin. Wan2GP imports `plugin.py`; nothing may be imported here."""
