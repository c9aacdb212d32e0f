"""Facts as Dagster metadata: tables, figures, pictures."""
