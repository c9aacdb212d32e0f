"""Programs that measure this package against limit programs; run as `python -m benchmarks.NAME`."""
