"""Tells how pools and numbers stand, for a person and for a file."""
