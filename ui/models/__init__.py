"""The page's list of models: filters, table, detail, comparison, charts."""
