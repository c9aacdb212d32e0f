"""Tests of store.warehouse."""
