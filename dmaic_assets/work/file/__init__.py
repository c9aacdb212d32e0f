"""One file on its way through all its assets."""
