"""What Dagster's catalog is told of work outside of asset steps."""
