"""What lasts: the SQLite file and what is kept in it."""
