"""Values that are right but for case, space or encoding."""
