"""Tests of process.improve."""
