"""Schema versions of the ledger, oldest first, run by store/ledger/database/migrate.py."""
