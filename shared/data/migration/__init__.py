"""Migrations: numbered, recorded, run by one runner at a time, and harmless when run again."""
