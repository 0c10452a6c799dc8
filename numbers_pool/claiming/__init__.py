"""Takes one free number of a pool for a visit."""
