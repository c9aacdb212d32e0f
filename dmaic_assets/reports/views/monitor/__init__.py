"""The monitor: one look at all that the ledger says of files, runs, rules and times."""
