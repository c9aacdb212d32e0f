"""Tests of cli.setup."""
