"""The confidence that intervals of the phases are given at.

What belongs here: the one constant. Intervals of other levels take theirs as an argument.
"""

# The quantile of the standard normal at 97.5 %, for two-sided intervals of 95 %.
Z_95 = 1.959963984540054
