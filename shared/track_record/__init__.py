"""Track record: past recommendations are scored against the market."""
