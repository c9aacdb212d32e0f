"""How texts look: patterns of letters, digits and signs."""
