"""The monitor as a page and as an export; what both show is read in views/monitor."""
