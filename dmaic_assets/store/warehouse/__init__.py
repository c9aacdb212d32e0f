"""Accepted tables as Parquet files, and the DuckDB database of views over them."""
