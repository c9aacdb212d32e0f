"""Schema versions of the ledger, oldest first, run by ledger/migrate.py."""
