"""`dmaic hashmap`: the hash-map laboratory from the command line."""
