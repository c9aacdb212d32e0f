"""Tests of defs.assets."""
