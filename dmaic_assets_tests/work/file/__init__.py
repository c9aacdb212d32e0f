"""Tests of work.file."""
