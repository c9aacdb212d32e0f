"""Tests of defs.metadata."""
