"""Symbol catalogue: well-known instruments with their names in nine languages; needs no database."""
