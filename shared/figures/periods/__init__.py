"""Time: periods, dates and counts of quarters that contradict the facts."""
