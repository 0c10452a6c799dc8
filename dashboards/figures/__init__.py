"""Charts as plain dicts and masks: pure functions from counts to figures, no Dash in them."""
