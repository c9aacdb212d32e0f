"""Tests of texts and their looks."""
