"""Tests of work.alerts."""
