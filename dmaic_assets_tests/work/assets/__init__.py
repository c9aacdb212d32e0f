"""Tests of work.plan."""
