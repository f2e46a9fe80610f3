"""What the user takes away: reports as text."""
