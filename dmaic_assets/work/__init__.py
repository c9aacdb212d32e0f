"""The way of a file through a run: planned, opened, processed, recorded, closed."""
