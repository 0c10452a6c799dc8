"""Keeps pools and numbers: what a person sets up."""
