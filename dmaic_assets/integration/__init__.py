"""What people use in their own Dagster projects: a learnt gate on any asset."""
