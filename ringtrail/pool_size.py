"""`ringtrail pool size` and `pool simulate`: how many numbers a site's pool needs.

They rest on the visits that the warehouse has, or on figures that somebody gives; on too few visits
they say so and stop. The formulas and the simulator are in `numbers_pool.sizing`.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from numbers_pool.sizing import simulate, week
from numbers_pool.sizing.erlang import numbers_needed
from numbers_pool.sizing.simulate import Arrival
from numbers_pool.sizing.store import KnownPool, known
from numbers_pool.sizing.week import Traffic
from ringtrail import pool_traffic
from ringtrail.core.clock import SystemClock, utc
from ringtrail.core.database import open_engine, standing
from ringtrail.core.errors import RingtrailError
from ringtrail.core.settings import Settings, read_settings
from ringtrail.pool_traffic import Asked, VisitSeen

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_VISITS = 500_000
_say = Console(stderr=True)


def _money(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise typer.BadParameter(f"{text!r} is no amount") from error


Account = Annotated[int, typer.Option(help="The account's number.")]
PoolOption = Annotated[
    int | None, typer.Option("--pool", help="The pool's number; needed when there are several.")
]
Weeks = Annotated[int, typer.Option(min=1, help="How many of the last weeks to look at.")]
Late = Annotated[
    float, typer.Option(min=0, help="Seconds from a number's release to the late call.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For a program to read.")]


@dataclass(frozen=True, slots=True)
class Answer:
    """What `pool size` found."""

    pool: KnownPool | None
    traffic: Traffic
    goal: float
    load: float
    numbers: int
    careful: int
    """For the busiest hour, and for what it may be by two standard errors of its mean."""
    hours: list[week.Hour]
    late_seconds: float
    curve: list[week.Point]
    cost: dict[int, Decimal]
    """Of a pool by its size, in the unit in which --cost was given."""


def size(
    pool: PoolOption = None,
    account: Account = 1,
    goal: Annotated[
        float, typer.Option(help="The share of visits that may find no number.")
    ] = 0.01,
    weeks: Weeks = 4,
    arrivals: Annotated[
        float | None, typer.Option(min=0, help="Visits an hour, instead of those measured.")
    ] = None,
    stay: Annotated[
        float | None, typer.Option(min=0, help="Seconds that they stay; with --arrivals.")
    ] = None,
    hold: Annotated[
        float | None,
        typer.Option(min=0, help="Seconds that a number is kept after; with --arrivals."),
    ] = None,
    late: Late = 600,
    cost: Annotated[
        Decimal | None, typer.Option(parser=_money, help="What a number costs.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How many numbers a pool needs, by hour, and what fewer or more would do."""
    if not 0 < goal < 1:
        raise typer.BadParameter("--goal must lie between 0 and 1")
    invented = (arrivals, stay, hold)
    chosen: KnownPool | None = None
    if all(value is None for value in invented):
        chosen, traffic = _measured(read_settings(), account, pool, weeks)
    elif arrivals is None or stay is None or hold is None:
        raise typer.BadParameter("--arrivals, --stay and --hold go together")
    elif pool is not None:
        raise typer.BadParameter("--pool is measured: leave out --arrivals, --stay and --hold")
    else:
        traffic = week.given(arrivals, stay, hold)
    with _say.status("Trying sizes"):
        answer = _size(chosen, traffic, goal, late, cost)
    if as_json:
        sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
    else:
        _show(answer)


def run_simulation(
    pool: PoolOption = None,
    account: Account = 1,
    weeks: Weeks = 4,
    numbers: Annotated[
        list[int] | None, typer.Option("--size", min=1, help="Numbers to try; repeat it.")
    ] = None,
    hold: Annotated[
        list[float] | None, typer.Option(min=0, help="Seconds of hold to try; repeat it.")
    ] = None,
    cooldown: Annotated[
        list[float] | None, typer.Option(min=0, help="Seconds of cool-down to try; repeat it.")
    ] = None,
    late: Late = 600,
    as_json: AsJson = False,
) -> None:
    """Replay the last weeks' visits through pools of other sizes, holds and orders."""
    settings = read_settings()
    chosen, traffic = _measured(settings, account, pool, weeks)
    if traffic.since is None or traffic.until is None:
        raise AssertionError("measured traffic has its days")
    asked = Asked(account, chosen.site, chosen.id, traffic.since, traffic.until)
    seen = pool_traffic.visits(settings, asked)
    arrivals = told_by(seen[-MOST_VISITS:], chosen, traffic.stay)
    need = numbers_needed(traffic.load(traffic.peak), 0.01)
    with _say.status(f"Replaying {len(arrivals):,} visits"):
        tried = simulate.grid(
            arrivals,
            numbers or sorted({max(need * 2 // 3, 1), need, chosen.numbers or need}),
            hold or [chosen.hold],
            cooldown or [chosen.cooldown, chosen.cooldown * 3],
        )
    if as_json:
        rows = [_row(setting, outcome, late) for setting, outcome in tried]
        sys.stdout.write(msgspec.json.encode(rows).decode() + "\n")
    else:
        _show_simulated(chosen, traffic, len(arrivals), tried, late)


def told_by(seen: Sequence[VisitSeen], pool: KnownPool, stay: float) -> list[Arrival]:
    """The visits as the simulator takes them; one whose stay is unknown stays the mean `stay`.

    The page's unload was told when the number was kept for less than hold and cool-down together.
    """
    whole = pool.hold + pool.cooldown
    return [
        Arrival(
            visit.asked_at,
            stay if visit.stay_seconds is None else max(visit.stay_seconds, 0.0),
            left=visit.kept_seconds is None or visit.kept_seconds < whole,
        )
        for visit in seen
    ]


def _measured(
    settings: Settings, account: int, pool: int | None, weeks: int
) -> tuple[KnownPool, Traffic]:
    chosen = _choose(settings, account, pool)
    today = utc(SystemClock().now()).astimezone(ZoneInfo(chosen.timezone)).date()
    until = today - timedelta(days=1)
    since = until - timedelta(days=7 * weeks - 1)
    # One day more: it tells whether visits came before `since`.
    asked = Asked(account, chosen.site, chosen.id, since - timedelta(days=1), until)
    return chosen, week.measured(pool_traffic.hours(settings, asked), since, until)


def _choose(settings: Settings, account: int, pool: int | None) -> KnownPool:
    engine = open_engine(settings.database)
    if standing(engine) != "current":
        raise RingtrailError("the store is not at this program's version: `ringtrail migrate`")
    with engine.connect() as connection:
        pools = known(connection, account)
    engine.dispose()
    there = ", ".join(f"{one.id} ({one.name})" for one in pools)
    if not pools:
        raise RingtrailError(
            f"account {account} has no pool yet: see `ringtrail site add`, or give --arrivals, "
            "--stay and --hold"
        )
    if pool is None and len(pools) > 1:
        raise RingtrailError(f"give --pool, one of {there}")
    for one in pools:
        if pool in (None, one.id):
            return one
    raise RingtrailError(f"account {account} has no pool {pool}; there is {there}")


def _size(
    pool: KnownPool | None, traffic: Traffic, goal: float, late: float, cost: Decimal | None
) -> Answer:
    load = traffic.load(traffic.peak)
    need = numbers_needed(load, goal)
    careful = numbers_needed(traffic.load(traffic.careful_peak), goal)
    sizes = week.sizes_to_show(load, need, careful, pool.numbers if pool else 0)
    return Answer(
        pool=pool,
        traffic=traffic,
        goal=goal,
        load=load,
        numbers=need,
        careful=careful,
        hours=week.by_hour(traffic, goal),
        late_seconds=late,
        curve=week.curve(traffic, sizes, late),
        cost={} if cost is None else {numbers: cost * numbers for numbers in sizes},
    )


def _show(answer: Answer) -> None:
    out, traffic = Console(highlight=False, soft_wrap=True), answer.traffic
    if answer.pool:
        out.print(_rests_on(answer.pool, traffic, traffic.visits), markup=False)
    out.print(
        f"A visit stays {_span(traffic.stay)}; its number is free for others after "
        f"{_span(traffic.held)}."
    )
    when = f" ({_slot(traffic.busiest)})" if traffic.seen else ""
    out.print(
        f"Busiest hour{when}: {traffic.peak:.1f} visits, an offered load of "
        f"{answer.load:.2f} erlangs."
    )
    out.print(
        f"[bold]Numbers for at most {_percent(answer.goal)} of its visits without one: "
        f"{answer.numbers}[/]"
    )
    if answer.careful > answer.numbers:
        out.print(
            f"That hour was seen {traffic.seen[traffic.busiest]} times; allowing two standard "
            f"errors it takes {answer.careful}."
        )
    if answer.pool:
        spare = answer.pool.numbers - answer.careful
        verdict = f"{spare} to spare" if spare >= 0 else f"{-spare} too few"
        out.print(f"The pool has {answer.pool.numbers}: {verdict}.")
    if traffic.seen:
        out.print("\nNumbers needed by hour:")
        out.print(_by_hour(answer))
    out.print(
        "\nWhat other sizes would do (peak: the busiest hour; misread: of the calls that come "
        f"{_span(answer.late_seconds)} after the number's release, those that find another "
        "holder; random: the same at the peak, were any free number given; rests: how long a "
        "number then stays free):"
    )
    out.print(_by_size(answer))


def _by_hour(answer: Answer) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("hour", *_DAYS):
        table.add_column(heading, justify="right")
    for hour in range(24):
        needs = [answer.hours[day * 24 + hour].numbers for day in range(7)]
        cells = [
            f"[bold]{need}[/]" if day * 24 + hour == answer.traffic.busiest else str(need)
            for day, need in enumerate(needs)
        ]
        table.add_row(f"{hour:02d}", *cells)
    return table


def _by_size(answer: Answer) -> Table:
    table = Table(box=None, pad_edge=False)
    weekly = bool(answer.traffic.seen)
    week_ = ["\nweek"] if weekly else []
    headings = ["numbers", "overflow\npeak", *week_, "misread\npeak", *week_, "\nrandom", "rests"]
    for heading in (*headings, *(["cost"] if answer.cost else [])):
        table.add_column(heading, justify="right", no_wrap=True)
    for point in answer.curve:
        overflow = [point.blocking, *([point.blocking_week] if weekly else [])]
        misread = [point.late, *([point.late_week] if weekly else []), point.late_random]
        shares = [_percent(share) for share in (*overflow, *misread)]
        cost = [f"{answer.cost[point.numbers]:,}"] if answer.cost else []
        style = "bold" if point.numbers == answer.numbers else None
        table.add_row(str(point.numbers), *shares, _span(point.rest), *cost, style=style)
    return table


def _show_simulated(
    pool: KnownPool,
    traffic: Traffic,
    visits: int,
    tried: Sequence[tuple[simulate.Pool, simulate.Outcome]],
    late: float,
) -> None:
    out = Console(highlight=False, soft_wrap=True)
    out.print(_rests_on(pool, traffic, visits), markup=False)
    out.print(f"Misread: of the calls that come {_span(late)} after the number's release, those "
              "that find another holder.\n")  # fmt: skip
    table = Table(box=None, pad_edge=False)
    for heading in ("numbers", "hold", "cool-down", "order", "overflow", "visits",
                    "peak use", "misread"):  # fmt: skip
        table.add_column(heading, justify="right", no_wrap=True)
    order = {"fifo": "longest free", "random": "at random"}
    for setting, outcome in tried:
        table.add_row(
            str(setting.numbers), _span(setting.hold), _span(setting.cooldown),
            order[setting.policy], _percent(outcome.blocking), f"{outcome.blocked:,}",
            str(outcome.peak), _percent(outcome.late(late)),
        )  # fmt: skip
    out.print(table)


def _row(setting: simulate.Pool, outcome: simulate.Outcome, late: float) -> dict[str, Any]:
    return {
        **asdict(setting),
        "visits": outcome.visits,
        "blocked": outcome.blocked,
        "blocking": outcome.blocking,
        "peak": outcome.peak,
        "late": outcome.late(late),
        "late_seconds": late,
    }


def _rests_on(pool: KnownPool, traffic: Traffic, visits: int) -> str:
    return (
        f"Pool {pool.id}, {pool.name}: {visits:,} visits from {traffic.since} to {traffic.until}, "
        f"{traffic.overflows:,} of them found no number."
    )


def _slot(slot: int) -> str:
    return f"{_DAYS[slot // 24]} {slot % 24:02d}:00"


def _percent(share: float) -> str:
    if share != share:
        return "unknown"
    if 0 < share < 0.0001:
        return "<0.01%"
    return f"{share:.1%}" if share == 0 or share >= 0.01 else f"{share:.2%}"


def _span(seconds: float) -> str:
    """Seconds as a person reads them."""
    if seconds == float("inf"):
        return "ever"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
