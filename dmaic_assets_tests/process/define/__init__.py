"""Tests of process.define."""
