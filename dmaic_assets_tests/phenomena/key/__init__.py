"""Tests of phenomena.key."""
