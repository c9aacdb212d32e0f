"""Our pages, served: made from views by the page functions of the reports, and kept up to date."""
