"""How much arrives: rows, and missing values."""
