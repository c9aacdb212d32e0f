"""Tests of business cycles."""
