"""Tests of cli.tasks."""
