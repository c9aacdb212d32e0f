"""The analysis `correlations`: which columns of a table say something about others."""
