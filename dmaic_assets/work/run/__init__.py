"""Opening, working and closing runs, by one process or many."""
