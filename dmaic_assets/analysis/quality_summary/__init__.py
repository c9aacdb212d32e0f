"""How good tables are, by dimension, and what matters most."""
