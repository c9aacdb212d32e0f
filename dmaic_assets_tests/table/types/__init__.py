"""Tests of table.types."""
