"""Gives numbers to visits, keeps them, lets them go."""
