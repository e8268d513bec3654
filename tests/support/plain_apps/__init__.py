"""The quote endpoint as one would write it first: a web framework and a cache library, nothing else."""
