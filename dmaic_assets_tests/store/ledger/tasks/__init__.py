"""Tests of store.ledger.tasks."""
