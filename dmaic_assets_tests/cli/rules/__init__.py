"""Tests of cli.rules."""
