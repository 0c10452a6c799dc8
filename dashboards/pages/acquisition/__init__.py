"""Acquisition: which channels, sources and campaigns bring visits and calls."""
