"""What hash maps are asked for in `bench_hashmaps`, and the maps that ours are measured against."""
