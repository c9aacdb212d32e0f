"""What pages, the API and the command line show, read from ledger, artifacts and phase values."""
