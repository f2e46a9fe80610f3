"""The page's disk section."""
