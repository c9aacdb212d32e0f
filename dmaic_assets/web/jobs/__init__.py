"""Jobs: commands that somebody starts from a browser or over the API, one at a time."""
