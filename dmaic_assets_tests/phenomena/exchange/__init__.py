"""Tests of values in another place."""
