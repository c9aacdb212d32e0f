"""What each analysis comes to, as data: the one form in which others read it."""
