"""Which keys of a file an accepted file of its source brought before: kept, and added to."""
