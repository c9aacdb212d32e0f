"""Tests of cli.alerts."""
