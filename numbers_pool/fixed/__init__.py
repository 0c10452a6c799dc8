"""Numbers that stand for a source instead of a visit."""
