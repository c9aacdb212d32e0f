"""Jobs over many cells, and starting them."""
