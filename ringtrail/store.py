"""Sets up and takes away accounts: used by the command line and the demo, never by a request."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from sqlmodel import Session, col, select

from numbers_pool import store as pool
from ringtrail.core import phone
from ringtrail.core.auth import hash_key, hash_password
from ringtrail.core.clock import Clock
from ringtrail.core.database import Engine
from ringtrail.core.errors import Refused, RingtrailError
from ringtrail.core.facts import SiteDescribed
from ringtrail.core.inbox import put
from ringtrail.core.models import (
    Account,
    ApiKey,
    Connection,
    HardCodedNumber,
    Membership,
    NumberPool,
    Role,
    Site,
    TrackingNumber,
    UnfilledMacro,
    User,
)

_SECRET = re.compile(r"passw|pwd|secret|token|card|cvc|cvv|iban|pin$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NewSite:
    """What a site needs to be told."""

    name: str
    origins: tuple[str, ...]
    timezone: str
    region: str
    original: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A site with a pool and a call webhook; the secrets are shown once."""

    account: int
    site: int
    site_key: str
    hook: str
    hook_secret: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A site as imports know it: whose it is, where it is, what its reports are in."""

    account: int
    site: int
    timezone: str
    region: str
    currency: str | None


def read_site(
    name: str,
    origins: Sequence[str],
    timezone: str,
    region: str,
    original: str,
    numbers: Sequence[str],
) -> NewSite:
    """The site that a person described; raises `Refused` 400 that says what cannot be."""
    if timezone not in available_timezones():
        raise Refused(400, "timezone", f"{timezone!r} is no zone: give one like Europe/London")
    region = region.upper()
    if region not in phone.REGIONS:
        raise Refused(400, "region", f"{region!r} is no country: give two letters like GB")
    pooled = tuple(_e164(number, region) for number in numbers)
    if len(set(pooled)) < len(pooled):
        raise Refused(400, "tracking", "a number of the pool is given twice")
    return NewSite(
        name=name,
        origins=tuple(_origin(text) for text in origins),
        timezone=timezone,
        region=region,
        original=_e164(original, region),
        numbers=pooled,
    )


def _e164(text: str, region: str) -> str:
    number = phone.parse(text, region)
    if number is None:
        raise Refused(400, "number", f"{text!r} is no phone number of {region}")
    return number


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise Refused(400, "origin", f"{text!r} is no origin: give one like https://shop.example")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def open_account(engine: Engine, clock: Clock, name: str, *, demo: bool = False) -> int:
    """A new account; returns its id."""
    with Session(engine.execution_options(writes=True)) as session:
        account = Account(name=name, demo=demo, created_at=clock.now())
        session.add(account)
        session.commit()
        return _id(account.id)


def open_site(engine: Engine, clock: Clock, account: int | None, new: NewSite) -> Opened:
    """A site with one pool of numbers and a signed call webhook, all or nothing.

    Without an account it gets one of its own, under its name.
    """
    with Session(engine.execution_options(writes=True)) as session:
        now = clock.now()
        if account is None:
            owner = Account(name=new.name, created_at=now)
            session.add(owner)
            session.flush()
            account = _id(owner.id)
        _refuse_unknown(session, account)
        taken = session.exec(
            select(TrackingNumber.e164).where(col(TrackingNumber.e164).in_(new.numbers))
        ).first()
        if taken is not None:
            raise Refused(409, "number", f"{taken} is in a pool already")
        site = Site(
            account_id=account,
            name=new.name,
            key=secrets.token_urlsafe(12),
            origins=list(new.origins),
            timezone=new.timezone,
            region=new.region,
            created_at=now,
        )
        session.add(site)
        session.flush()
        hook = Connection(
            account_id=account,
            site_id=_id(site.id),
            kind="call_webhook",
            name="Call webhook",
            slug=secrets.token_urlsafe(12),
            secret=secrets.token_urlsafe(32),
            created_at=now,
        )
        session.add(hook)
        session.flush()
        store = session.connection()
        _, owned = pool.create_pool(
            store, account=account, site=_id(site.id), name=f"{new.name} – visitors",
            original=new.original, numbers=new.numbers, now=now,
        )  # fmt: skip
        put(store, [_described(site, now), *owned], now)
        opened = Opened(account, _id(site.id), site.key, hook.slug, hook.secret, new.numbers)
        session.commit()
        return opened


def change_site(
    engine: Engine, key: str, *, own_networks: Sequence[str], contact_fields: Sequence[str] = ()
) -> None:
    """Say anew from which networks (CIDR) the site's own people come, and which fields it keeps.

    400 for what is no network, and for a field that must never be kept.
    """
    if secret := [name for name in contact_fields if _SECRET.search(name)]:
        raise Refused(400, "field", f"{secret[0]!r} is never kept: it sounds like a secret")
    networks = []
    for text in own_networks:
        try:
            networks.append(str(ip_network(text)))
        except ValueError as error:
            raise Refused(400, "network", f"{text!r} is no network: {error}") from error
    with Session(engine.execution_options(writes=True)) as session:
        site = session.exec(select(Site).where(Site.key == key)).first()
        if site is None:
            raise Refused(404, "site", f"no site has the key {key!r}")
        site.own_networks = networks
        site.contact_fields = list(contact_fields)
        session.add(site)
        session.commit()


def place_of_site(engine: Engine, site: int | str) -> Place:
    """The site with this number or key; 404 when there is none."""
    column = Site.id if isinstance(site, int) else Site.key
    with Session(engine) as session:
        found = session.exec(select(Site).where(col(column) == site)).first()
        if found is None:
            raise Refused(
                404, "site", f"there is no site {site}: add one with `ringtrail site add`"
            )
        return Place(found.account_id, _id(found.id), found.timezone, found.region, found.currency)


def set_currency(engine: Engine, clock: Clock, key: str, currency: str) -> None:
    """Let the site's reports be in `currency` (ISO 4217)."""
    with Session(engine.execution_options(writes=True)) as session:
        site = session.exec(select(Site).where(Site.key == key)).first()
        if site is None:
            raise Refused(404, "site", f"no site has the key {key!r}")
        site.currency = currency
        session.add(site)
        now = clock.now()
        put(session.connection(), [_described(site, now)], now)
        session.commit()


def add_user(
    engine: Engine, clock: Clock, account: int, email: str, name: str, password: str, role: Role
) -> None:
    """A person who may sign in to the account."""
    with Session(engine.execution_options(writes=True)) as session:
        email = email.strip().lower()
        if session.exec(select(User).where(User.email == email)).first():
            raise RingtrailError(f"{email} has a sign-in already", status=409, code="exists")
        _refuse_unknown(session, account)
        user = User(
            email=email, name=name, password_hash=hash_password(password), created_at=clock.now()
        )
        session.add(user)
        session.flush()
        session.add(Membership(user_id=_id(user.id), account_id=account, role=role))
        session.commit()


def add_key(engine: Engine, clock: Clock, account: int, name: str, role: Role) -> str:
    """A new API key; only its hash is kept, so this is the one time to read it."""
    key = "rt_" + secrets.token_urlsafe(32)
    with Session(engine.execution_options(writes=True)) as session:
        _refuse_unknown(session, account)
        session.add(
            ApiKey(
                account_id=account, name=name, hash=hash_key(key), role=role,
                created_at=clock.now(),
            )
        )  # fmt: skip
        session.commit()
    return key


def demo_site(engine: Engine) -> Opened | None:
    """The demo account's site, if the demo was set up."""
    with Session(engine) as session:
        account = session.exec(select(Account).where(col(Account.demo))).first()
        if account is None:
            return None
        site = session.exec(select(Site).where(Site.account_id == account.id)).one()
        hook = session.exec(select(Connection).where(Connection.site_id == site.id)).one()
        numbers = session.exec(
            select(TrackingNumber.e164)
            .join(NumberPool, col(NumberPool.id) == TrackingNumber.pool_id)
            .where(NumberPool.site_id == site.id)
            .order_by(col(TrackingNumber.id))
        ).all()
        return Opened(
            _id(account.id), _id(site.id), site.key, hook.slug, hook.secret, tuple(numbers)
        )


def site_names(engine: Engine) -> list[str]:
    """The names of all sites."""
    with Session(engine) as session:
        return list(session.exec(select(Site.name).order_by(col(Site.id))))


def hard_coded_numbers(engine: Engine) -> list[tuple[str, str]]:
    """Numbers of pools that were lately found written into pages, each with the page."""
    with Session(engine) as session:
        rows = select(HardCodedNumber).order_by(
            col(HardCodedNumber.number), col(HardCodedNumber.page)
        )
        return [(row.number, row.page) for row in session.exec(rows)]


def unfilled_macros(engine: Engine) -> list[tuple[str, str, str]]:
    """Macros that visits lately came with unfilled: the site's name, the parameter, the macro."""
    with Session(engine) as session:
        rows = (
            select(Site.name, UnfilledMacro.parameter, UnfilledMacro.macro)
            .join(Site, col(Site.id) == UnfilledMacro.site_id)
            .order_by(col(Site.id), col(UnfilledMacro.parameter), col(UnfilledMacro.macro))
        )
        return [(name, parameter, macro) for name, parameter, macro in session.exec(rows)]


def real_account(engine: Engine) -> str | None:
    """The name of an account that is not a demo, if there is one."""
    with Session(engine) as session:
        return session.exec(select(Account.name).where(~col(Account.demo))).first()


def _refuse_unknown(session: Session, account: int) -> None:
    if session.get(Account, account) is None:
        raise Refused(404, "account", f"there is no account {account}")


def _described(site: Site, now: int) -> SiteDescribed:
    return SiteDescribed(
        account=site.account_id,
        site=_id(site.id),
        occurred_at=now,
        source_id=f"{site.id}:{now}",
        name=site.name,
        timezone=site.timezone,
        currency=site.currency,
    )


def _id(value: int | None) -> int:
    if value is None:
        raise AssertionError("a stored row has an id")
    return value
