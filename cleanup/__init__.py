"""What takes space for nothing: leftovers of downloads and superseded checkpoints."""
