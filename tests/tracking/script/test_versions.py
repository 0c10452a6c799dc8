"""An older script that an owner has gone back to works with today's server and today's memory."""

import pytest

from tests.tracking.script.home import HOME, SWAPPED
from tests.tracking.swap_pages.shop import SHOP, Shop
from tracking.script import script, versions


@pytest.mark.parametrize("version", versions())
def test_going_back_and_forth(shop: Shop, version: str) -> None:
    pool = '<a href="tel:+442079460555" id="x">020 7946 0555</a>'
    swapped = SWAPPED + pool.replace("0555", "0991")
    shop.put("/", HOME + pool)
    shop.hard_coded = [("+442079460555", "+442079460991")]
    newest = shop.script
    shop.visit("/", swaps=2)
    first = shop.told("visit")[0]
    shop.script = script(version=version).decode()
    shop.page.goto(SHOP + "/")
    shop.wait_for("visit", 2)
    shop.until("swaps >= 1")
    assert shop.content() == swapped
    shop.script = newest
    shop.page.goto(SHOP + "/")
    again = shop.wait_for("visit", 3)[2]
    shop.until("swaps >= 1")
    assert shop.content() == swapped
    assert again["visitor"] == first["visitor"]
