"""The pages of what the phases gave: all sources by what needs a person, and one page a source."""
