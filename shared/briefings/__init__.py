"""Briefings and alerts: what is sent to the webhooks of users, and when."""
