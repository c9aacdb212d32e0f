"""Tests of the Dagster wiring, on small projects with real stores."""
