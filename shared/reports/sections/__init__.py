"""The sections of reports: their figures, their composed prose, their risks and their tables."""
