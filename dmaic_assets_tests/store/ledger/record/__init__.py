"""Tests of store.ledger.record."""
