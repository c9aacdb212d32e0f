"""The project as Dagster sees it; what runs, checks and shows it."""
