"""Passwords, session cookies, API keys and the scope that each gives."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher, extract_parameters
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine, delete, select, update

from ringtrail import store
from ringtrail.core.auth import SESSION_SECONDS, Auth, Scoped, hash_password
from ringtrail.core.clock import SetClock, utc
from ringtrail.core.models import ApiKey, Membership, Role, User
from ringtrail.store import NewSite, Opened
from tests.conftest import Tables

SECRET = "a secret of this test alone"
PASSWORD = "correct horse battery"
EMAIL = "ann@shop.example"


@pytest.fixture
def auth(database: Engine, clock: SetClock, site: Opened) -> Auth:
    """Ann, a marketer of the site's account."""
    store.add_user(database, clock, site.account, EMAIL, "Ann", PASSWORD, Role.marketer)
    return Auth(database, SECRET)


@pytest.fixture
def rival(database: Engine, clock: SetClock, site: Opened) -> Opened:
    """A site of another account."""
    account = store.open_account(database, clock, "Rival")
    new = NewSite("Rival", ("https://r.example",), "Asia/Bangkok", "TH", "+6621234567", ())
    return store.open_site(database, clock, account, new)


def second_site(database: Engine, clock: SetClock, account: int) -> int:
    new = NewSite("Branch", ("https://b.example",), "UTC", "RU", "+74951234568", ())
    return store.open_site(database, clock, account, new).site


def cookie(auth: Auth) -> str:
    value = auth.sign_in(EMAIL, PASSWORD)
    assert value is not None
    return value


def test_the_right_password_opens_a_session(auth: Auth, site: Opened) -> None:
    for email in (EMAIL, " Ann@Shop.Example "):
        value = auth.sign_in(email, PASSWORD)
        assert value is not None
        found = auth.session(value)
        assert found is not None
        assert (found.name, found.email, found.account_name) == ("Ann", EMAIL, "Tyres")
        assert (found.demo, found.timezone) == (False, "Europe/Moscow")
        assert found.scope == Scoped(site.account, (site.site,), "marketer")


def test_anything_else_does_not(auth: Auth) -> None:
    for email, password in (
        (EMAIL, ""),
        (EMAIL, PASSWORD + " "),
        (EMAIL, PASSWORD.upper()),
        ("bob@shop.example", PASSWORD),
        ("", PASSWORD),
        (EMAIL + "\0", PASSWORD),
    ):
        assert auth.sign_in(email, password) is None


def test_a_damaged_hash_lets_nobody_in(auth: Auth, database: Engine) -> None:
    with database.execution_options(writes=True).begin() as connection:
        connection.execute(update(vars(User)["__table__"]).values(password_hash="plain"))
    assert auth.sign_in(EMAIL, "plain") is None


def test_a_password_is_kept_as_argon2id_alone(auth: Auth, tables: Callable[[], Tables]) -> None:
    stored = repr(tables())
    assert PASSWORD not in stored
    hashed = hash_password(PASSWORD)
    assert hashed != hash_password(PASSWORD)
    assert extract_parameters(hashed).type.name == "ID"
    assert PasswordHasher().verify(hashed, PASSWORD)


def test_a_tampered_cookie_opens_nothing(auth: Auth) -> None:
    good = cookie(auth)
    for index in range(len(good) - 1):  # the last character carries unused bits
        swapped = "A" if good[index] != "A" else "B"
        assert auth.session(good[:index] + swapped + good[index + 1 :]) is None
    for text in ("", ".", "x", good + "x", good.partition(".")[0], good[::-1]):
        assert auth.session(text) is None


def test_a_cookie_of_another_signer_opens_nothing(auth: Auth, database: Engine) -> None:
    assert Auth(database, SECRET + "!").session(cookie(auth)) is None
    other_use = URLSafeTimedSerializer(SECRET, salt="other").dumps([1, 0])
    assert auth.session(other_use) is None


def test_a_cookie_of_another_shape_opens_nothing(auth: Auth) -> None:
    signer = URLSafeTimedSerializer(SECRET, salt="session")
    for payload in (None, 1, [1], [1, 0, 0], {"a": 1}):
        assert auth.session(signer.dumps(payload)) is None


def test_a_cookie_expires(auth: Auth, clock: SetClock) -> None:
    start = utc(clock.now())
    with time_machine.travel(start, tick=False):
        value = cookie(auth)
    with time_machine.travel(start + timedelta(seconds=SESSION_SECONDS), tick=False):
        assert auth.session(value) is not None
    with time_machine.travel(start + timedelta(seconds=SESSION_SECONDS + 1), tick=False):
        assert auth.session(value) is None


def test_raising_the_epoch_ends_all_sessions(auth: Auth, database: Engine) -> None:
    old = [cookie(auth), cookie(auth)]
    people = vars(User)["__table__"]
    with database.execution_options(writes=True).begin() as connection:
        connection.execute(update(people).values(session_epoch=people.c.session_epoch + 1))
    assert [auth.session(value) for value in old] == [None, None]
    assert auth.session(cookie(auth)) is not None


def test_signing_out_ends_every_copy_of_the_cookie_and_later_ones_work(auth: Auth) -> None:
    stolen, own = cookie(auth), cookie(auth)
    auth.sign_out(own)
    assert [auth.session(stolen), auth.session(own)] == [None, None]
    later = cookie(auth)
    for worthless in (stolen, "", "x", later[:-4]):
        auth.sign_out(worthless)
    assert auth.session(later) is not None


@pytest.mark.parametrize("model", [Membership, User])
def test_who_is_taken_away_is_out_at_once(
    auth: Auth, database: Engine, model: type[Membership] | type[User]
) -> None:
    value = cookie(auth)
    with database.execution_options(writes=True).begin() as connection:
        connection.execute(delete(vars(Membership)["__table__"]))
        if model is User:
            connection.execute(delete(vars(User)["__table__"]))
    assert auth.session(value) is None


def test_a_key_is_kept_as_its_hash_alone(
    auth: Auth,
    database: Engine,
    clock: SetClock,
    site: Opened,
    tables: Callable[[], Tables],
) -> None:
    key = store.add_key(database, clock, site.account, "nightly", Role.accountant)
    assert auth.key(key) == Scoped(site.account, (site.site,), "accountant")
    stored = repr(tables())
    assert key not in stored
    assert key.removeprefix("rt_") not in stored
    with database.connect() as connection:
        kept = connection.execute(select(vars(ApiKey)["__table__"].c.hash)).scalar_one()
    for wrong in ("", "rt_", key + "x", key[:-1], key.lower(), kept, "\0"):
        assert auth.key(wrong) is None


def test_a_scope_holds_the_accounts_own_sites_only(
    auth: Auth, database: Engine, clock: SetClock, site: Opened, rival: Opened
) -> None:
    branch = second_site(database, clock, site.account)
    second_site(database, clock, rival.account)
    sites = (site.site, branch)
    session = auth.session(cookie(auth))
    assert session is not None
    assert session.scope == Scoped(site.account, sites, "marketer")
    key = store.add_key(database, clock, site.account, "nightly", Role.manager)
    assert auth.key(key) == Scoped(site.account, sites, "manager")
    assert auth.whole(site.account) == Scoped(site.account, sites, "administrator")
    assert rival.site not in sites


def test_an_account_without_sites_sees_nothing(
    auth: Auth, database: Engine, clock: SetClock
) -> None:
    account = store.open_account(database, clock, "Empty")
    assert auth.whole(account) == Scoped(account, (), "administrator")
