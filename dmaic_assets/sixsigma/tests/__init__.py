"""Tests, effect sizes and intervals of one column or several."""
