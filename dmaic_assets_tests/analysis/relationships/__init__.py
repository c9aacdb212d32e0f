"""Tests of relationships."""
