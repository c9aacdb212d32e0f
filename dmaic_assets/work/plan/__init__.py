"""What a run would compute, and why."""
