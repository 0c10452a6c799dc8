"""Sets the demo up, serves it, keeps visitors coming, and takes it away again.

Called by `ringtrail demo`. The month goes through inbox and loader like anything else. A home that
holds a real account is refused: demo figures must never stand among real ones.
"""

import asyncio
import secrets
import socket
from itertools import chain, islice

from rich.console import Console
from rich.progress import Progress

from numbers_pool.store import Store, change_pool, pools
from ringtrail import server, store
from ringtrail.core import phone
from ringtrail.core.clock import DAY, MINUTE, Micros, SetClock
from ringtrail.core.errors import NotConfigured
from ringtrail.core.facts import Fact
from ringtrail.core.inbox import put_each
from ringtrail.core.models import Role
from ringtrail.core.settings import Settings
from ringtrail.demo import money, month, shop
from ringtrail.demo.simulator import Simulator
from ringtrail.platform import Platform

ORIGINAL = "+442079460958"
NUMBERS = tuple(f"+442079460{index:03d}" for index in range(100, 292))
# Two visits in a hundred are the default. A demo has so few calls that half of the visits must be
# audited, on more numbers than the clinic would need, before anything can be said of the match.
HABITS = month.Habits(audit_share=0.5, forms=0.01, callers_forms=0.25)
EMAIL = "ann@lumendental.example"
_CHUNK = 10_000


def run(settings: Settings, say: Console) -> None:
    """Serve the demo until it is interrupted."""
    _refuse_taken_port(settings)
    platform = Platform(settings)
    _refuse_real_accounts(platform)
    origin = f"http://{settings.host}:{settings.port}"
    site = store.demo_site(platform.engine) or set_up(platform, origin, say)
    password = (settings.home / "demo-password").read_text()
    pages = shop.routes(lambda: site.site_key, phone.national(ORIGINAL), ORIGINAL)
    application = server.create_app(platform, extra=tuple(pages))
    hint = f"Demo sign-in: {EMAIL} with {password}"
    gate = server.add_dashboards(application, platform, hint=hint)
    visitors = Simulator(
        origin, site.site_key, origin, site.hook, site.hook_secret, platform.clock,
        seed=secrets.randbits(32), visits_a_minute=2,
    )  # fmt: skip
    for line in (f"Ringtrail demo: {origin}/app/", f"demo shop:      {origin}/demo/",
                 f"e-mail: {EMAIL}", f"password: {password}"):  # fmt: skip
        say.print(line, highlight=False, soft_wrap=True)
    asyncio.run(server.serve(platform, gate, server.as_operator(application), beside=visitors.run))


def clean(settings: Settings) -> None:
    """Remove the demo's files; refused where they are not the demo's alone or in use."""
    if not settings.home.exists():
        return
    if settings.database_url or settings.warehouse_url:
        raise NotConfigured("the demo's stores are set by URL: drop them there yourself")
    platform = Platform(settings)
    try:
        _refuse_real_accounts(platform)
    finally:
        platform.close()
    for pattern in ("ringtrail.sqlite3*", "warehouse.duckdb*", "secret", "demo-password"):
        for path in settings.home.glob(pattern):
            path.unlink()


def set_up(platform: Platform, origin: str, say: Console) -> store.Opened:
    """The clinic, its site and its eight weeks, in a home that has no demo yet."""
    account = store.open_account(platform.engine, platform.clock, "Lumen Dental", demo=True)
    port = origin.rpartition(":")[2]
    new = store.NewSite(
        name="Lumen Dental",
        origins=(origin, f"http://localhost:{port}"),
        timezone=month.ZONE,
        region="GB",
        original=ORIGINAL,
        numbers=NUMBERS,
    )
    # It has owned its numbers for as long as they have been rung.
    opened = SetClock(Micros(platform.clock.now() - (month.DAYS + 1) * DAY))
    site = store.open_site(platform.engine, opened, account, new)
    _audit(platform, account)
    store.set_currency(platform.engine, platform.clock, site.site_key, money.CURRENCY)
    password = secrets.token_urlsafe(9)
    path = platform.settings.home / "demo-password"
    path.touch(mode=0o600)
    path.write_text(password)
    store.add_user(
        platform.engine, platform.clock, account, EMAIL, "Ann Berg", password, Role.manager
    )
    _write_month(platform, site, say)
    return site


def _audit(platform: Platform, account: int) -> None:
    """As `ringtrail pool change --audit-share`: visits from now on are audited like the month's."""
    now = platform.clock.now()

    def work(connection: Store) -> None:
        for pool in pools(connection, now=now, account=account):
            change_pool(connection, pool=pool.pool, now=now, audit_share=HABITS.audit_share)

    platform.writer.immediate(work)


def _write_month(platform: Platform, site: store.Opened, say: Console) -> None:
    until = Micros(platform.clock.now() - MINUTE)
    books = money.Books(site.account, site.site, until)
    weeks = month.facts(site.account, site.site, site.numbers, until, habits=HABITS)
    facts = chain(books.listen(weeks), books.facts())
    with Progress(console=say, transient=True) as progress:
        task = progress.add_task("Eight weeks of visits and calls", total=None)
        while chunk := list(islice(facts, _CHUNK)):

            def work(connection: Store, chunk: list[tuple[Fact, Micros]] = chunk) -> None:
                put_each(connection, chunk)

            platform.writer.immediate(work)
            progress.advance(task, len(chunk))
        progress.update(task, description="Loading the warehouse")
        platform.loader.run()


def _refuse_real_accounts(platform: Platform) -> None:
    real = store.real_account(platform.engine)
    if real is not None:
        raise NotConfigured(
            f"{platform.settings.home} holds the account {real!r}: "
            "give the demo a home of its own with RINGTRAIL_HOME"
        )


def _refuse_taken_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise NotConfigured(
                f"port {settings.port} is taken: stop what listens there or set RINGTRAIL_PORT"
            ) from error
