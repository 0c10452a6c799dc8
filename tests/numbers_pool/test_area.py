"""Like for like, as people know the numbers."""

import pytest

from numbers_pool.area import alike


@pytest.mark.parametrize(
    ("number", "original", "expected"),
    [
        ("+74957654321", "+74951234567", True),
        ("+74997654321", "+74951234567", False),
        ("+78007654321", "+78001234567", True),
        ("+18005551234", "+18885551234", True),
        ("+18005551234", "+78001234567", False),
        ("+12125551234", "+12125550000", True),
        ("+12125551234", "+18005551234", False),
        ("+442079460101", "+442079460958", True),
        ("+441612345678", "+442079460958", False),
        ("+79161234567", "+79031234567", True),
        ("+79161234567", "+74951234567", False),
    ],
)
def test_alike(number: str, original: str, expected: bool) -> None:
    assert alike(number, original) is expected
