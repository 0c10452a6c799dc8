"""What is read from a form, and how two tellings of it are one."""

import pytest

from tracking.contact import Identity, Told, read_contact, read_identity


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
        ({"name": "x" * 1000, "form": "y" * 256}, Told(form="y" * 255, name="x" * 255)),
        ({"message": "nul\0 and \0"}, Told(message="nul and")),
        ({"message": "my card 4111 1111-1111 1111, thanks"}, Told(message="my card *, thanks")),
        ({"message": "order 4111111111111112"}, Told(message="order 4111111111111112")),
        ({"size": "XL", "city": "Kazan", "password": "x"}, Told(fields={"size": "XL"})),
    ],
)  # fmt: skip
def test_fields_are_read(fields: dict[str, str | None], told: Told) -> None:
    assert read_contact(fields, "RU", ("size", "colour")) == told


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"phone": "8 (495) 123-45-67", "email": " Ann@Example.COM ", "id": " 17 ", "name": "Ann"},
         Identity("+74951234567", "ann@example.com", "17")),
        ({"id": "x" * 300}, Identity(None, None, "x" * 255)),
        ({"phone": "call me", "email": "no mail", "id": " ", "name": "Ann"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_a_person_is_read(fields: dict[str, str | None], found: Identity | None) -> None:
    assert read_identity(fields, "RU") == found


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
