"""Users: adoption of items stored under earlier function keys, export and erasure of their data."""
