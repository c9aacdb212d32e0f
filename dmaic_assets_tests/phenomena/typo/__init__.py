"""Tests of phenomena.typo."""
