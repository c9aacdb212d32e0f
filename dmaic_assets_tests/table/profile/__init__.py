"""Tests of table.profile."""
