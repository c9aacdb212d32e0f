"""Files of a source that arrived at once, before it had a history: judged by each other."""
