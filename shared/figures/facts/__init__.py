"""The figures of the facts, indexed once per answer."""
