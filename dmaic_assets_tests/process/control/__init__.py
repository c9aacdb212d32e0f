"""Tests of process.control."""
