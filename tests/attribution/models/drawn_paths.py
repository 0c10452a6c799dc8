"""Paths as hypothesis draws them, for the tests of every model over paths."""

from hypothesis import strategies as st

Row = tuple[list[str], float, float, float]

CHANNELS = ["a", "b", "c", "d", "Direct"]
_counts = st.integers(0, 9).map(float)
_values = st.integers(-1_000, 1_000).map(lambda cents: cents / 100)


def rows(channels: list[str] = CHANNELS, longest: int = 7) -> st.SearchStrategy[list[Row]]:
    """Up to a dozen paths: channels, conversions, value, nulls."""
    path = st.lists(st.sampled_from(channels), min_size=1, max_size=longest)
    return st.lists(st.tuples(path, _counts, _values, _counts), max_size=12)


ROWS = rows()
