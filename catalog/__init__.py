"""The catalog: models joined with their figures, filtered, sorted and put into words."""
