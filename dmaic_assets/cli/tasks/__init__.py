"""Commands about tasks, workers and the ledger."""
