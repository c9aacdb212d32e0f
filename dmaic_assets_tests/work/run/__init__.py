"""Tests of work.run."""
