"""What stands in order: rows, columns of a row, numbers without gaps."""
