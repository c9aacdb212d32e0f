"""Define: what is critical to the quality of a source."""
