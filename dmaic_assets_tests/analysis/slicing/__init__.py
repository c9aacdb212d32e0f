"""Tests of the analysis slicing."""
