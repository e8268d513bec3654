"""Composition: builds the services of one worker, preloads modules, reports health."""
