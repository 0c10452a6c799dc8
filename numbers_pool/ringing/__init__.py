"""Tells a ring whose number it is and who held it."""
