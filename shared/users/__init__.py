"""Users: adoption of items stored under earlier function keys."""
