"""Tests of table.csv."""
