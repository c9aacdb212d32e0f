"""What the columns of a table mean: role, semantic type, unit, entity, behaviour, sensitivity."""
