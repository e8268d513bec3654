"""Reports in the formats people read."""
