"""The shop's telephone line: every number rings the trunk's default until it is given a phone.

with open_line(home) as line:
    line.give(number, "busy")
    line.lab.call(number, scenario=failing(486))
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ringtrail.core.models import InboxRow, LiveCall
from ringtrail.core.settings import Settings
from telephony_bridge.plan import store as plan
from tests.story.shop import Shop
from tests.telephony_bridge.lab import Lab, until

DEFAULT = "fast"
USERS = (DEFAULT, "slow", "busy", "noanswer")


class Line:
    """A running lab and the shop whose calls it carries; `phones` are destinations by user."""

    def __init__(self, lab: Lab, shop: Shop) -> None:
        self.lab = lab
        self.shop = shop
        self._phones = {
            user: plan.add_destination(
                shop.engine, account=shop.site.account, name=user, uri=lab.phone(user)
            ).id
            for user in USERS
        }
        plan.add_trunk(
            shop.engine, site=shop.site.site, name="Carrier", addresses=[lab.carrier],
            default=self._phones[DEFAULT],
        )  # fmt: skip
        lab.render(plan.read(shop.engine))
        lab.start()

    def give(self, number: str, user: str) -> None:
        """The number rings this phone from now on, as after `ringtrail telephony render`."""
        plan.add_route(
            self.shop.engine, site=self.shop.site.site, number=number,
            destination=self._phones[user],
        )  # fmt: skip
        self.lab.render(plan.read(self.shop.engine))
        self.lab.cli("dialplan reload")
        shown = f"dialplan show {number}@rt-plan"
        until(lambda: self.lab.phone(user) in self.lab.cli(shown), f"{number} rings {user}")

    def live(self) -> list[Any]:
        """The calls that have not ended, as the operational store has them."""
        return self.shop.rows(LiveCall)

    def ringing(self, number: str) -> Any:
        """The live call to this number, once there is one."""
        return until(
            lambda: next((row for row in self.live() if row.number == number), None),
            f"a live call to {number}",
        )

    def told(self, kind: str) -> int:
        """How many facts of a kind were taken in, loaded or not."""
        return [row.kind for row in self.shop.rows(InboxRow)].count(kind)


@contextmanager
def open_line(home: Path, *, ring_seconds: int = 4) -> Iterator[Line]:
    """A line without a platform; its shop's `start`, or `with line.shop`, brings one."""
    secret = Settings(home=home).pbx_secret()
    with Lab(secret=secret, ring_seconds=ring_seconds) as lab:
        yield Line(lab, Shop(home, lab.environment))
