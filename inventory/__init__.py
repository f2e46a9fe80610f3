"""What each model needs and what the disk holds."""
