"""Tests of sessions, the guard and the limits."""
