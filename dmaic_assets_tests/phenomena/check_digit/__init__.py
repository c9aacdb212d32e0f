"""Numbers whose last digit is the sum of the others: a phenomenon that only a test adds."""
