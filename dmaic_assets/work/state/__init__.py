"""How sources stand between runs."""
