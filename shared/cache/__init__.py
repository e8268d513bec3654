"""Response cache: finished JSON by key, in Redis and in process memory (L1)."""
