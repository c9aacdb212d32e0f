"""The project as Dagster sees it; the only folder that imports Dagster."""
