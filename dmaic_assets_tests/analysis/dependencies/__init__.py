"""Tests of analysis.dependencies."""
