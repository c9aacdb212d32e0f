"""Tests of work.state."""
