"""The gate: applies a rule set to a file, gives its verdict, and splits its rows in two."""
