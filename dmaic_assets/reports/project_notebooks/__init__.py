"""Notebooks of a project, for work by hand: profile, ingest, monitor."""
