"""The agent: finds what a question is about, gathers facts, and has a model answer from them."""
