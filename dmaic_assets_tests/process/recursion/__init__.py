"""Tests of process.recursion."""
