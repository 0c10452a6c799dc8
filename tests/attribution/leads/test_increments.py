"""Whatever is told and decided in whatever order, marks and leads equal a rebuild."""

import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrail.core.clock import DAY, HOUR, MINUTE, Micros, utc
from ringtrail.core.facts import Call, Contact, Fact, Identified, PersonDecision, encode, restated
from ringtrail.core.lead_facts import Correction, OwnPhone, SiteRule
from tests.attribution.test_increments import NOW, SITES, Home, World
from tests.attribution.test_increments import empty as empty  # its fixture

MARTS = ("mart_call", "mart_day", "mart_mark", "mart_lead", "mart_lead_event")
PHONES = ("+447700900001", "+447700900002", "+447700900003")
EMAILS = (None, "ann@a.example", "bob@b.example")
VISITORS = [UUID(int=200 + index) for index in range(3)]
SPAM = "see http://a.example and http://b.example"


class Desk(World):
    """A world in which people also write, correct what they see and change the rules."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.later: list[Fact] = []
        for index in range(6):
            self._contact(index)
            self._burst(index)
            self._correct(index)
            self._rule(index)
            self._person(index)
        rng.shuffle(self.facts)

    def _ago(self, days: int) -> Micros:
        return Micros(NOW - self._rng.randrange(days * DAY // MINUTE) * MINUTE)

    def _contact(self, index: int) -> None:
        rng, at = self._rng, self._ago(30)
        for telling in range(rng.choice((1, 1, 2))):
            told = Contact(
                **self._own("", at + telling * rng.choice((0, HOUR))), key=f"f{index}",
                contact=UUID(int=400 + index), told_at=at + telling, way="form", vendor="page",
                phone=rng.choice((None, *PHONES)), email=rng.choice(EMAILS),
                message=rng.choice((None, SPAM)), visitor=rng.choice((None, *VISITORS)),
            )  # fmt: skip
            self.facts.append(_restated(told))

    def _burst(self, index: int) -> None:
        """Calls so near each other that they may be a burst; some are told again much later."""
        rng, caller, at = self._rng, self._rng.choice(PHONES), self._ago(30)
        for one in range(rng.choice((1, 1, 3, 5))):
            rang = at + one * rng.choice((MINUTE, 12 * MINUTE))
            for telling in range(rng.choice((1, 1, 2))):
                told = Call(
                    **self._own("", rang + telling * rng.choice((0, 0, 2 * HOUR))),
                    key=f"b{index}.{one}", call=UUID(int=1000 + 10 * index + one),
                    told_at=rang + telling, number=self._number(), caller=caller,
                    talk_seconds=rng.choice((2, 3, 70)), outcome="answered",
                )  # fmt: skip
                self.facts.append(_restated(told))

    def _correct(self, index: int) -> None:
        rng = self._rng
        call, contact = UUID(int=301 + rng.randrange(6)), UUID(int=400 + rng.randrange(6))
        said: dict[str, Any] = rng.choice((
            {"action": "flag", "flag": rng.choice(("spam", "test", "internal", "none"))},
            {"action": "qualify", "qualified": rng.random() < 0.5},
            {"action": "match", "visit": rng.choice((None, UUID(int=1 + rng.randrange(8))))},
            {"action": "source", "channel": "Offline", "source": "flyer", "medium": "print"},
        ))  # fmt: skip
        of = "call" if said["action"] in ("match", "source") else rng.choice(("call", "contact"))
        decided = NOW + index
        for telling in range(rng.choice((1, 1, 2))):
            told = Correction(
                **self._own("", decided + telling), key=f"k{index}",
                correction=UUID(int=600 + index), told_at=decided + telling,
                decided_at=decided, of=of, event=call if of == "call" else contact,
                decided_by="Ann", why="heard it", **said,
                undone_by="Bob" if telling else None, undone_why="no" if telling else None,
            )  # fmt: skip
            # Nobody names a visit that is not loaded.
            (self.later if said["action"] == "match" else self.facts).append(_restated(told))

    def _rule(self, index: int) -> None:
        rng, since = self._rng, _day(self._ago(35))
        value: dict[str, Any] = rng.choice((
            {"target_seconds": rng.randrange(1, 90)}, {"lead_days": rng.randrange(1, 9)},
            {"hours": {"1": "09:00-12:00", "3": "00:00-24:00"}},
        ))  # fmt: skip
        (name,) = value
        own = self._own(f"r{index}", NOW)
        self.facts.append(SiteRule(
            **own, key=f"{own['site']}{name}{since}", told_at=NOW + index, rule=name,
            from_day=since, **value,
        ))  # fmt: skip
        phone = rng.choice((*PHONES, "+447700900009"))
        own = self._own(f"p{index}", NOW) | {"site": 0}
        if index < 2:
            self.facts.append(OwnPhone(
                **own, key=f"{phone}{since}", told_at=NOW + index, phone=phone, from_day=since,
                use=rng.choice(("internal", "test", "none")),
            ))  # fmt: skip

    def _person(self, index: int) -> None:
        rng, at = self._rng, self._ago(30)
        self.facts.append(Identified(
            **self._own(f"i{index}", at), visit=UUID(int=1 + index), visitor=rng.choice(VISITORS),
            phone=rng.choice(PHONES),
        ))  # fmt: skip
        one, other = rng.sample(PHONES, 2)
        if index < 2:
            self.facts.append(PersonDecision(
                **self._own(f"d{index}", NOW + index), key=f"d{index}",
                decision=UUID(int=700 + index), told_at=NOW,
                action=rng.choice(("merge", "split")), one_kind="phone", one=one,
                other_kind="phone", other=other, since=at, decided_by="Ann", why="the same",
            ))  # fmt: skip


def _day(at: Micros) -> date:
    return utc(at).date()


def _restated(told: Any) -> Fact:
    values = {name: getattr(told, name) for name in told.__struct_fields__}
    made: Fact = type(told)(**{**values, "source_id": restated(told.key, encode(told))})
    return made


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 2**32))
def test_marks_and_leads_equal_a_rebuild(empty: Path, seed: int) -> None:
    place = empty.parent / f"{empty.name}-desk"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(empty, place)
    rng = random.Random(seed)
    world, home = Desk(rng), Home(place, rng)
    try:
        for _ in range(6):
            home.deliver(world.some())
            home.load()
        home.deliver(world.facts)
        home.load()
        home.deliver(world.later)
        home.load()
        home.upkeep.catch_up()
        kept_up = {mart: home.rows(f"FROM {mart} ORDER BY ALL") for mart in MARTS}
        home.upkeep.rebuild()
        for mart in MARTS:
            assert kept_up[mart] == home.rows(f"FROM {mart} ORDER BY ALL"), mart
        events = home.rows("FROM mart_mark WHERE excluded IS NULL")
        assert len(events) == len(kept_up["mart_lead_event"]) >= len(kept_up["mart_lead"])
        assert all(SITES[row["site"]] == row["account"] for row in kept_up["mart_mark"])
    finally:
        home.close()
