"""Values that come in another unit."""
