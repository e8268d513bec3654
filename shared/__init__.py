"""The code that the functions share; each package's docstring says what it contains."""

__version__ = "0.2.0"
