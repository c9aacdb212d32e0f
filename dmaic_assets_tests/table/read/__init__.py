"""Tests of table.read."""
