"""What happened to the rows that fail: told by the rows, and by what undoing a change shows."""
