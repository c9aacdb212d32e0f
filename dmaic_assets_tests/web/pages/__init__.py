"""Tests of served pages over a real server and in a real browser."""
