"""Places of the business, each with pools of its own."""
