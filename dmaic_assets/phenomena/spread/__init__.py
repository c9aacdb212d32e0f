"""How the values of a column are distributed from file to file."""
