"""Which type each column has, with the evidence, and every value that would not take it."""
