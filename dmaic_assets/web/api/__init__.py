"""The JSON API: stable envelopes over what the ledger and the artifacts know."""
