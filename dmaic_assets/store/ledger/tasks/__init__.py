"""Units of work under an idempotency key, and the leases on them."""
