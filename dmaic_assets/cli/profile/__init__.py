"""The command that measures files."""
