"""Reference arithmetic that only tests and reference cases go by: exact sums, certified fits."""
