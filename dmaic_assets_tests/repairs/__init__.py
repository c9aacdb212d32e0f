"""Tests of repairs and changes."""
