"""The ledger's database: engines, schema, transactions and time."""
