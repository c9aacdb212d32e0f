"""Tests of improve."""
