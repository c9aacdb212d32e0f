"""Tests of progress and its stream."""
