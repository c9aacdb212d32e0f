"""What identifies a row, and rows that repeat others."""
