"""Tests of cli.gate."""
