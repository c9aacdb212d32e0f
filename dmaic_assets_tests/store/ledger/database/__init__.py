"""Tests of store.ledger.database."""
