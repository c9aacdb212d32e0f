"""Between which bounds numbers and times lie, alone or given another column."""
