"""Call log: every call of the period, newest first, with where it came from."""
