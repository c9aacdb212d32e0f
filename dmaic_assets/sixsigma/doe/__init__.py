"""Design of experiments: which settings to try, in which order, and what they did."""
