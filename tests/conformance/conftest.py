"""Azure's own worker code, for Python 3.13 and later: without it, one module gives the reason for all."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("azure_functions_runtime") else ["test_shutdown.py", "test_telemetry.py"]
