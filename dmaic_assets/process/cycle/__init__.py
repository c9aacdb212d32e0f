"""The phases of one run: computed once, recorded, published."""
