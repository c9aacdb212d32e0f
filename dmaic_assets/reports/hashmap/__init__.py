"""The pages of the hash-map laboratory: one of a key column, one of the search for a key."""
