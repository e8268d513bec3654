"""Chat: finds the companies in a question, collects facts, and has a model answer from them."""
