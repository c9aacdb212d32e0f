"""Tests of what people say about rules."""
