"""Research reports: facts gathered, a recommendation by rule, a narrative, kept and rendered."""
