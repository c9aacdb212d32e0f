"""How long charts run until they signal."""
