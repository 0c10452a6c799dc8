"""The plan in both operational stores: added piece by piece, read whole, refused without trace."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from numbers_pool import store as pool
from ringtrail import store as accounts
from ringtrail.core.clock import SetClock
from ringtrail.core.errors import RingtrailError
from telephony_bridge.plan import store
from telephony_bridge.plan.dial_plan import Destination, Plan, PoolNumber, Route, Trunk
from tests.conftest import Tables

DESK = "sip:desk@192.0.2.7:5060"


def a_phone(database: Engine, site: accounts.Opened) -> Destination:
    return store.add_destination(database, account=site.account, name="Desk", uri=DESK)


def a_trunk(database: Engine, site: accounts.Opened, **given: Any) -> Trunk:
    line: dict[str, Any] = {"site": site.site, "name": "Carrier", "addresses": ["198.51.100.0/28"]}
    return store.add_trunk(database, **(line | given))


def test_the_whole_plan_is_read(database: Engine, site: accounts.Opened) -> None:
    assert store.read(database).numbers == tuple(
        PoolNumber(number, site.account, site.site) for number in site.numbers
    )
    desk = a_phone(database, site)
    trunk = a_trunk(
        database, site, number_from="to", rules=[("^0([0-9]+)$", r"+7\1")], default=desk.id
    )
    route = store.add_route(
        database, site=site.site, number="8 495 000-00-01", destination=desk.id
    )  # fmt: skip
    short = store.add_route(database, site=site.site, number="0550", destination=desk.id)
    assert route == Route("+74950000001", site.account, site.site, desk.id)
    assert trunk == Trunk(
        trunk.id, site.account, site.site, "Carrier", ("198.51.100.0/28",), "RU", "to",
        (("^0([0-9]+)$", r"+7\1"),), desk.id,
    )  # fmt: skip
    plan = store.read(database)
    assert plan == Plan((trunk,), (desk,), (route, short), plan.numbers)
    assert [number.number for number in plan.unrouted] == ["+74950000002"]


def test_a_number_rings_another_phone_from_now_on(
    database: Engine, site: accounts.Opened
) -> None:  # fmt: skip
    first = a_phone(database, site)
    second = store.add_destination(database, account=site.account, name="Cell", uri=DESK)
    for phone in (first, second):
        store.add_route(database, site=site.site, number="0550", destination=phone.id)
    assert store.read(database).routes == (Route("0550", site.account, site.site, second.id),)


Add = Callable[[Engine, accounts.Opened], object]


@pytest.mark.parametrize(
    ("add", "told"),
    [
        (lambda db, of: a_trunk(db, of, addresses=["300.1.1.1"]), "cannot be a trunk's address"),
        (lambda db, of: a_trunk(db, of, addresses=["198.51.100.7/28"]), "has host bits set"),
        (lambda db, of: a_trunk(db, of, addresses=["0.0.0.0/0"]), "too wide"),
        (lambda db, of: a_trunk(db, of, addresses=[]), "needs an address"),
        (lambda db, of: a_trunk(db, of, addresses=["203.0.113.9"]), "is of trunk 'Taken'"),
        (lambda db, of: a_trunk(db, of, region="UK"), "no country"),
        (lambda db, of: a_trunk(db, of, number_from="from"), "no called number"),
        (lambda db, of: a_trunk(db, of, rules=[("^(.*)$", "1")]), "cannot be used"),
        (lambda db, of: a_trunk(db, of, name="two\nlines"), "is no name"),
        (lambda db, of: a_trunk(db, of, default=99), "no phone 99"),
        (lambda db, of: a_trunk(db, replace(of, site=99)), "no site 99"),
        (lambda db, of: store.add_destination(db, account=99, name="x", uri=DESK), "no account"),
        (lambda db, of: store.add_route(db, site=of.site, number="0550", destination=99), "phone"),
        (lambda db, of: store.add_route(db, site=of.site, number="abc", destination=1), "number"),
        (
            lambda db, of: store.add_route(db, site=of.site, number="1" * 20, destination=1),
            "number",
        ),
    ],
)
def test_what_is_refused_changes_nothing(
    database: Engine, site: accounts.Opened, tables: Callable[[], Tables], add: Add, told: str
) -> None:
    a_phone(database, site)
    a_trunk(database, site, name="Taken", addresses=["203.0.113.0/24"])
    before = tables()
    with pytest.raises(RingtrailError, match=told):
        add(database, site)
    assert tables() == before


@pytest.mark.parametrize(
    "uri",
    [
        "sip:desk", "tel:+7495", "sips:desk@192.0.2.7", "sip:desk@192.0.2.7:0", "sip:@192.0.2.7",
        "sip:desk@192.0.2.7:99999", "sip:desk@192.0.2.7&Local/s@x", "sip:desk@192.0.2.7,60,g",
        "sip:desk@192.0.2.7;user=phone", 'sip:"desk"@192.0.2.7', "sip:desk@192.0.2.7)",
        "sip:desk@192.0.2.7\n", "sip:de sk@192.0.2.7", "sip:${EXTEN}@192.0.2.7", "sip:desk@1.2.3",
        "sip:desk@999.1.1.1", "sip:desk@-x.example", "sip:desk@[::1]", "sip:" + "d" * 65 + "@x.y",
        "sip:desk@" + ".".join(["label" * 8] * 5),
    ],
)  # fmt: skip
def test_a_phone_has_a_plain_address(
    database: Engine, site: accounts.Opened, tables: Callable[[], Tables], uri: str
) -> None:
    before = tables()
    with pytest.raises(RingtrailError):
        store.add_destination(database, account=site.account, name="Desk", uri=uri)
    assert tables() == before


def test_accounts_do_not_share_phones_or_numbers(
    database: Engine, site: accounts.Opened, clock: SetClock
) -> None:
    other = accounts.open_site(
        database, clock, None,
        accounts.NewSite("O", ("https://o.example",), "Europe/Moscow", "RU", "+74957654321", ()),
    )  # fmt: skip
    theirs = store.add_destination(database, account=other.account, name="Theirs", uri=DESK)
    with pytest.raises(RingtrailError, match="has no phone"):
        a_trunk(database, site, default=theirs.id)
    with pytest.raises(RingtrailError, match="has no phone"):
        store.add_route(database, site=site.site, number="0550", destination=theirs.id)
    with pytest.raises(RingtrailError, match="of another account"):
        store.add_route(
            database, site=other.site, number=site.numbers[0], destination=theirs.id
        )  # fmt: skip
    ours = a_phone(database, site)
    store.add_route(database, site=site.site, number="0550", destination=ours.id)
    with pytest.raises(RingtrailError, match="of another account"):
        store.add_route(database, site=other.site, number="0550", destination=theirs.id)
    assert store.read(database).routes == (Route("0550", site.account, site.site, ours.id),)


def test_numbers_that_visitors_do_not_hold_ring_too(
    database: Engine, site: accounts.Opened, clock: SetClock
) -> None:
    """A static and a control number are in the plan; a retired one is not."""
    with database.execution_options(writes=True).begin() as connection:
        pool.add_control(
            connection, account=site.account, site=site.site, number="+74950000077",
            now=clock.now(),
        )  # fmt: skip
        pool.retire(connection, number=site.numbers[0], now=clock.now())
    numbers = [known.number for known in store.read(database).unrouted]
    assert numbers == [*site.numbers[1:], "+74950000077"]


def test_a_number_with_a_new_owner_rings_the_former_ones_phone_no_more(
    database: Engine, site: accounts.Opened, clock: SetClock
) -> None:
    desk, number = a_phone(database, site), site.numbers[0]
    store.add_route(database, site=site.site, number=number, destination=desk.id)
    other = accounts.open_site(
        database, clock, None,
        accounts.NewSite("O", ("https://o.example",), "Europe/Moscow", "RU", "+74957654321", ()),
    )  # fmt: skip
    with database.execution_options(writes=True).begin() as connection:
        pool.retire(connection, number=number, now=clock.now())
    assert len(store.read(database).routes) == 1
    with database.execution_options(writes=True).begin() as connection:
        pool.add_control(
            connection, account=other.account, site=other.site, number=number, now=clock.now()
        )
    assert store.read(database).routes == ()
    theirs = store.add_destination(database, account=other.account, name="Theirs", uri=DESK)
    store.add_route(database, site=other.site, number=number, destination=theirs.id)


def test_a_number_of_an_open_plan_is_read_by_the_sites_country(
    database: Engine, clock: SetClock
) -> None:
    """On a German line bare numbers are not read; a person of a German site means one of it."""
    berlin = accounts.open_site(
        database, clock, None,
        accounts.NewSite("B", ("https://b.example",), "Europe/Berlin", "DE", "+4930123456", ()),
    )  # fmt: skip
    desk = a_phone(database, berlin)
    route = store.add_route(database, site=berlin.site, number="30123456", destination=desk.id)
    assert route.number == "+4930123456"
