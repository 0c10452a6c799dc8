"""What is read from a form, and how two tellings of it are one."""

import pytest

from tracking.contact import Told, read_contact


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"vendor": "cf7", "form": "order", "phone": "8 (495) 123-45-67", "name": " Ann "},
         Told("cf7", "order", "+74951234567", name="Ann")),
        ({"phone": "+44 20 7946 0958"}, Told(phone="+442079460958")),
        ({"email": " Ann@Example.COM "}, Told(email="ann@example.com")),
        ({"phone": "call me", "email": "no mail", "message": "x"}, Told(message="x")),
        ({"vendor": "of-tomorrow", "phone": None, "email": ""}, Told()),
        ({"email": f"{'a' * 65}@example.com"}, Told()),
        ({"message": "nul\0 and \0"}, Told(message="nul and")),
        ({"message": "my card 4111 1111-1111 1111, thanks"}, Told(message="my card *, thanks")),
        ({"message": "order 4111111111111112"}, Told(message="order 4111111111111112")),
        ({"size": "XL", "city": "Kazan", "password": "x"}, Told(fields={"size": "XL"})),
    ],
)  # fmt: skip
def test_fields_are_read(fields: dict[str, str | None], told: Told) -> None:
    assert read_contact(fields, "RU", ("size", "colour")) == told


def test_two_tellings_are_merged() -> None:
    generic = Told("generic", None, "+74951234567", None, "Ann", None, {"size": "XL"})
    vendors = Told(
        "cf7", "order", None, "ann@example.com", "Anna", "Hi", {"size": "L", "hue": "red"}
    )
    merged = Told(
        "cf7", "order", "+74951234567", "ann@example.com", "Ann", "Hi", {"size": "XL", "hue": "red"}
    )
    assert generic.merged(vendors) == merged
    assert vendors.merged(generic).vendor == "cf7"
    assert merged.merged(generic) == merged.merged(merged) == merged
