"""The generated data set, and the faults put into it."""
