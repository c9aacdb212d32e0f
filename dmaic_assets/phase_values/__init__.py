"""What each phase gives, as frozen dataclasses that the phases write and the reports read."""
