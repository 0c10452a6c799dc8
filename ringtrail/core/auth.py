"""Who is asking: passwords (argon2), signed session cookies, hashed API keys, and the scope.

Readers receive a `Scoped` and bind its account in every query. A session is a signed pair of
person and session epoch; raising the epoch ends all of a person's sessions, as signing out does: a
copy of the cookie must not outlive it.
"""

import hashlib
import secrets
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import Engine
from sqlmodel import Session, col, select, update

from ringtrail.core.errors import Refused
from ringtrail.core.models import Account, ApiKey, Membership, Site, User

SESSION_SECONDS = 14 * 86_400
MASKED_ROLES = frozenset({"employee", "accountant"})
_HASHER = PasswordHasher()
# Checked when nobody has the e-mail, so that the answer takes as long as for a wrong password.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class Scoped:
    """What a reader may see."""

    account: int
    sites: tuple[int, ...]
    role: str

    @property
    def masked(self) -> bool:
        """Whether phones, names and addresses of people are hidden from this role."""
        return self.role in MASKED_ROLES


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with a session, and the account that they look at."""

    name: str
    email: str
    account_name: str
    demo: bool
    timezone: str
    scope: Scoped


class Auth:
    """Checks passwords, sessions and keys against the operational store."""

    def __init__(self, engine: Engine, secret: str) -> None:
        self._engine = engine
        self._signer = URLSafeTimedSerializer(secret, salt="session")

    def sign_in(self, email: str, password: str) -> str | None:
        """The session cookie's value, or None for a wrong e-mail or password."""
        email = email.strip().lower()
        user = None
        if email.isprintable():  # PostgreSQL cannot even compare with a NUL
            with Session(self._engine) as session:
                user = session.exec(select(User).where(User.email == email)).first()
        try:
            _HASHER.verify(user.password_hash if user else _NOBODY, password)
        except (VerifyMismatchError, InvalidHashError):
            return None
        return None if user is None else self._signer.dumps([user.id, user.session_epoch])

    def session(self, cookie: str) -> SignedIn | None:
        """The person behind a cookie, if it is ours, fresh and not ended."""
        signed = self._read(cookie)
        if signed is None:
            return None
        user_id, epoch = signed
        with Session(self._engine) as session:
            user = session.get(User, user_id)
            if user is None or user.session_epoch != epoch:
                return None
            member = session.exec(
                select(Membership).where(Membership.user_id == user_id).order_by(col(Membership.id))
            ).first()
            if member is None:
                return None
            account = session.get_one(Account, member.account_id)
            sites = _sites(session, member.account_id)
            return SignedIn(
                name=user.name,
                email=user.email,
                account_name=account.name,
                demo=account.demo,
                timezone=sites[0].timezone if sites else "UTC",
                scope=_scope(sites, member.account_id, member.role),
            )

    def sign_out(self, cookie: str) -> None:
        """End all sessions of the person behind a cookie, on whatever machine; once a cookie."""
        signed = self._read(cookie)
        if signed is None:
            return
        user_id, epoch = signed
        with Session(self._engine.execution_options(writes=True)) as session:
            session.exec(
                update(User)
                .where(col(User.id) == user_id, col(User.session_epoch) == epoch)
                .values(session_epoch=epoch + 1)
            )
            session.commit()

    def _read(self, cookie: str) -> tuple[int, int] | None:
        """Person and epoch of a cookie that we signed lately."""
        try:
            user_id, epoch = self._signer.loads(cookie, max_age=SESSION_SECONDS)
        except (BadSignature, ValueError, TypeError):
            return None
        return user_id, epoch

    def key(self, key: str) -> Scoped | None:
        """The scope of an API key."""
        with Session(self._engine) as session:
            row = session.exec(select(ApiKey).where(ApiKey.hash == hash_key(key))).first()
            if row is None:
                return None
            return _scope(_sites(session, row.account_id), row.account_id, row.role)

    def whole(self, account: int) -> Scoped:
        """The scope of the operator at the machine itself."""
        with Session(self._engine) as session:
            if session.get(Account, account) is None:
                known = session.exec(select(Account.id).order_by(col(Account.id))).all()
                there = f"there are {', '.join(map(str, known))}" if known else "there are none yet"
                raise Refused(404, "account", f"no account has the number {account}; {there}")
            return _scope(_sites(session, account), account, "administrator")


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def hash_key(key: str) -> str:
    """API keys are random, so that a plain hash is as good as a slow one."""
    return hashlib.sha256(key.encode()).hexdigest()


def _sites(session: Session, account: int) -> list[Site]:
    rows = select(Site).where(Site.account_id == account).order_by(col(Site.id))
    return list(session.exec(rows))


def _scope(sites: list[Site], account: int, role: str) -> Scoped:
    return Scoped(account, tuple(site.id for site in sites if site.id is not None), role)
