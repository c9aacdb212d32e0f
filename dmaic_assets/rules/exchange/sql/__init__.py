"""Rules as SQL: a condition for each, and a script of all."""
