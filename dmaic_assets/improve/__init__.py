"""Repairs without a project: found, proposed, piloted, and applied as versioned changes."""
