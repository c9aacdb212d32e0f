"""How sure one can be of tables: four layers of uncertainty, and what follows from them."""
