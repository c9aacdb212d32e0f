"""Tables cut by the values of a column: what differs between slices."""
