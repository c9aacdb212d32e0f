"""DMAIC Assets: data quality as a process, on Dagster."""
