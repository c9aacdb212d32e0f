"""Tests of the ledger, on SQLite and PostgreSQL."""
