"""Tests of the read-mostly indexes of the exhibit."""
