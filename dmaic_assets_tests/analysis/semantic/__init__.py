"""Tests of what columns mean."""
