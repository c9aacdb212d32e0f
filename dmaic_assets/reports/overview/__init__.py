"""The overview: the one page of a morning, over all sources of a project."""
