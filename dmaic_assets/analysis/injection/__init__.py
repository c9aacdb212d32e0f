"""A clean relational data set from a seed, and faults put into it with a record of each."""
