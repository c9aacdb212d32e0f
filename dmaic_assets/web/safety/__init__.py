"""Who may do what: sessions, the guard, limits, and the policies of browsers."""
