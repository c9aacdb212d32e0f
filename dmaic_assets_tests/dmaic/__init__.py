"""Tests of the five phases and the recursion."""
