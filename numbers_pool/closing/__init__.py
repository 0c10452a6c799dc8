"""Ends leases and forgets them."""
