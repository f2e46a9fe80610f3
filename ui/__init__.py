"""The page: one module per sub-tab, each with its view, its handlers and their wiring."""
