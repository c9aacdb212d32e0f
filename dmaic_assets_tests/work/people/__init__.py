"""Tests of work.people."""
