"""The migrations, one module each: ``mNNNN_name.py`` with ``up(work)``; what ran once is never edited."""
