"""Outside writes under a key, executed at most once, proven by a receipt."""
