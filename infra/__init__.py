"""Deployment to Azure, and the local host in ``infra.local``."""

import sys

# In syntax that every Python 3 reads: the deployment hooks run with the Python of the machine that deploys.
if sys.version_info < (3, 9):  # noqa: UP036
    sys.exit("the deployment hooks need Python 3.9 or later, this is " + sys.version.split()[0])
