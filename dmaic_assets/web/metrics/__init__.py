"""`/metrics`: the platform, this server and plays of hash maps, as Prometheus reads them."""
