"""The figures and names that the facts state: in data, tables and formulas."""
