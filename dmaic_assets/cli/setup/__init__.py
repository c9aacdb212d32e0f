"""Commands that make, serve, draw and reset a project."""
