"""The rule file of a source: read with the place of every mistake, written with stable bytes."""
