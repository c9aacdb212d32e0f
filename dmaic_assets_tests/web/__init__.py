"""Tests of the guarded web server and its supervisor."""
