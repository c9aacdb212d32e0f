"""Topology: the form of the graph that foreign keys make of tables."""
