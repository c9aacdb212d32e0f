"""Tests of defs.checks."""
