"""Which values a column may have, and how many of them a file brings."""
