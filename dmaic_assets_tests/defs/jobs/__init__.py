"""Tests of defs.jobs."""
