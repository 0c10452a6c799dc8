"""The dial plan in the operational store: read as a whole, added to piece by piece.

Called by the command line and, for the routes, by the bridge. What is refused changes nothing;
refusals are `RingtrailError` with a message for a person.
"""

from collections.abc import Callable, Sequence
from typing import NoReturn

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from ringtrail.core import models, phone
from ringtrail.core.errors import RingtrailError
from telephony_bridge.plan import numbering
from telephony_bridge.plan.dial_plan import (
    Destination,
    Plan,
    PoolNumber,
    Route,
    Trunk,
    refuse_destination,
    refuse_number,
    refuse_trunk,
)


def read(engine: Engine) -> Plan:
    """Everything, as one transaction sees it."""
    with Session(engine) as session:
        return _read(session)


def _read(session: Session) -> Plan:
    owned = select(models.NumberOwnership).where(col(models.NumberOwnership.until).is_(None))
    return Plan(
        trunks=tuple(
            _trunk(row) for row in session.exec(select(models.Trunk).order_by(col(models.Trunk.id)))
        ),
        destinations=tuple(
            Destination(_id(row.id), row.account_id, row.name, row.uri)
            for row in session.exec(
                select(models.Destination).order_by(col(models.Destination.id))
            )
        ),
        routes=tuple(
            Route(row.number, row.account_id, row.site_id, row.destination_id)
            for row in session.exec(select(models.Route).order_by(col(models.Route.id)))
        ),
        numbers=tuple(
            PoolNumber(row.number, row.account_id, row.site_id)
            for row in session.exec(owned.order_by(col(models.NumberOwnership.id)))
        ),
    )  # fmt: skip


def _trunk(row: models.Trunk) -> Trunk:
    return Trunk(
        id=_id(row.id),
        account=row.account_id,
        site=row.site_id,
        name=row.name,
        addresses=tuple(row.addresses),
        region=row.region,
        number_from=row.number_from,
        rules=tuple(tuple(pair) for pair in row.rules),
        default=row.default_destination_id,
    )


def add_destination(engine: Engine, *, account: int, name: str, uri: str) -> Destination:
    """A phone of the account."""
    with Session(engine.execution_options(writes=True)) as session:
        if session.get(models.Account, account) is None:
            _refuse(f"there is no account {account}")
        new = models.Destination(account_id=account, name=name, uri=uri)
        _checked(lambda: refuse_destination(Destination(0, account, name, uri)))
        session.add(new)
        session.commit()
        return Destination(_id(new.id), account, name, uri)


def add_trunk(
    engine: Engine,
    *,
    site: int,
    name: str,
    addresses: Sequence[str],
    region: str = "",
    number_from: str = "request_uri",
    rules: Sequence[Sequence[str]] = (),
    default: int | None = None,
) -> Trunk:
    """A carrier's line that rings for the site; `region` is the site's where it is not given."""
    with Session(engine.execution_options(writes=True)) as session:
        of = _site(session, site)
        if default is not None:
            _destination(session, default, of.account_id)
        row = models.Trunk(
            account_id=of.account_id,
            site_id=site,
            name=name,
            addresses=list(addresses),
            region=region.upper() or of.region,
            number_from=number_from,
            rules=[list(pair) for pair in rules],
            default_destination_id=default,
        )
        others = [_trunk(known) for known in session.exec(select(models.Trunk))]
        session.add(row)
        session.flush()
        new = _trunk(row)
        _checked(lambda: refuse_trunk(new, others))
        session.commit()
        return new


def add_route(engine: Engine, *, site: int, number: str, destination: int) -> Route:
    """The number, written as dialled in the site's region, rings the phone from now on."""
    with Session(engine.execution_options(writes=True)) as session:
        of = _site(session, site)
        _destination(session, destination, of.account_id)
        dialled = _number(number, of.region)
        owner = session.exec(
            select(models.NumberOwnership.account_id).where(
                models.NumberOwnership.number == dialled,
                col(models.NumberOwnership.until).is_(None),
            )
        ).first()
        row = session.exec(select(models.Route).where(models.Route.number == dialled)).first()
        if {owner, None if row is None else row.account_id} - {None, of.account_id}:
            _refuse(f"{dialled} is of another account")
        if row is None:
            row = models.Route(account_id=of.account_id, site_id=site, number=dialled,
                               destination_id=destination)  # fmt: skip
        row.site_id, row.destination_id = site, destination
        session.add(row)
        session.commit()
        return Route(dialled, of.account_id, site, destination)


def _number(text: str, region: str) -> str:
    dialled = numbering.normalise(numbering.rules(region), text)
    if dialled and not dialled.startswith("+"):
        dialled = phone.parse(text, region) or dialled
    _checked(lambda: refuse_number(dialled or text))
    return dialled


def _site(session: Session, site: int) -> models.Site:
    found = session.get(models.Site, site)
    if found is None:
        _refuse(f"there is no site {site}: add one with `ringtrail site add`")
    return found


def _destination(session: Session, destination: int, account: int) -> None:
    found = session.get(models.Destination, destination)
    if found is None or found.account_id != account:
        _refuse(
            f"account {account} has no phone {destination}: "
            "add one with `ringtrail telephony phone add`"
        )


def _checked(check: Callable[[], None]) -> None:
    try:
        check()
    except ValueError as error:
        _refuse(str(error))


def _refuse(message: str) -> NoReturn:
    raise RingtrailError(message, status=400, code="plan")


def _id(value: int | None) -> int:
    if value is None:
        raise AssertionError("a stored row has an id")
    return value
