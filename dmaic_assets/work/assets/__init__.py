"""The registry of assets: one entry for each, from which every layer takes what it needs."""
