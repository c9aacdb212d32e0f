"""Tests of cli.runs."""
