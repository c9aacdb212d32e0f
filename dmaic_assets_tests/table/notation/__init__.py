"""Tests of table.notation."""
