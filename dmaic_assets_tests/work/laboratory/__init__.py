"""Tests of the hash-map laboratory of a project."""
