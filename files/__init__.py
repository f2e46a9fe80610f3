"""Work on files themselves: walking folders, moving and linking, reading every byte."""
