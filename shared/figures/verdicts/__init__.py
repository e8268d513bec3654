"""What the check returns: verdicts, marks, citations, and their JSON."""
