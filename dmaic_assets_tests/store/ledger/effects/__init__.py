"""Tests of store.ledger.effects."""
