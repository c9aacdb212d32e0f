"""Dagster's home, instance, resources and web server."""
