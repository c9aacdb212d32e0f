"""Tests of /metrics over a real server."""
