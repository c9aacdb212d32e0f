"""Everything that is kept: the ledger, the warehouse, artifacts, and writes that survive a kill."""
