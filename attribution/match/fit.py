"""A fit of the match: rates, the labels that they are from, and how reliable they proved. Frozen.

Its version is a hash of all of it, so that a fit that a call's evidence names can be looked up and
used again. `fitted_site` makes one from facts, `keep` and `kept` store it in `match_fit`, `render`
prints it. Without labels a fit is its prior: the rates of all sites together, or the assumed ones.
"""

import hashlib
from collections.abc import Mapping

import msgspec

from attribution.match.collect import collect, statement
from attribution.match.labels import Labels, Ringing
from attribution.match.rates import APART, START, belonging, fitted, ringing_apart
from attribution.match.reliability import ENOUGH_PHONES, Bias, Reliability, biases, tried
from numbers_pool.posterior import Kind, Likelihood, Rates, Steps
from ringtrail.core.clock import Micros, utc
from ringtrail.core.warehouse import Query, Transaction, Warehouse


class Origin(msgspec.Struct, frozen=True):
    """How many labels came from where: on the site and after it. Audit calls as far as they are."""

    kind: str
    on_site: float
    after: float


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """Rates in calls a second; `since` <= time < `until` in microseconds of UTC.

    `account` and `site` are None for all; `prior` is the version of what small counts lean on.
    """

    account: int | None
    site: int | None
    since: int
    until: int
    prior: str
    on_site: tuple[tuple[float, float], ...]
    after: tuple[tuple[float, float], ...]
    background: float
    older: float
    likelihoods: dict[Kind, tuple[float, float]]
    origins: tuple[Origin, ...]
    leases: int
    drawn: int
    granted: int
    control: Ringing
    quiet: Ringing
    strays: int
    reliability: Reliability
    biases: tuple[Bias, ...]

    @property
    def version(self) -> str:
        """The first 12 hex digits of the SHA-256 of the canonical JSON."""
        return hashlib.sha256(self.to_json()).hexdigest()[:12]

    @property
    def rates(self) -> Rates:
        return Rates(
            on_site=_steps(self.on_site),
            after=_steps(self.after),
            background=self.background,
            older=self.older,
            likelihoods={kind: Likelihood(*pair) for kind, pair in self.likelihoods.items()},
            fit=self.version,
        )

    def to_json(self) -> bytes:
        """Canonical: keys in order, no spaces."""
        return msgspec.json.encode(self, order="sorted")

    @classmethod
    def from_json(cls, body: bytes | str) -> "Fit":
        """What `to_json` wrote; `msgspec.ValidationError` for anything else."""
        return msgspec.json.decode(body, type=cls)


def fit(labels: Labels, prior: Rates = START) -> Fit:
    """What the labels tell, and how reliable it is."""
    rates = fitted(labels, prior)
    found = Fit(
        account=labels.account,
        site=labels.site,
        since=labels.since,
        until=labels.until,
        prior=prior.fit,
        on_site=tuple(zip(rates.on_site.edges, rates.on_site.rates, strict=True)),
        after=tuple(zip(rates.after.edges, rates.after.rates, strict=True)),
        background=rates.background,
        older=rates.older,
        likelihoods={kind: (each.same, each.other) for kind, each in rates.likelihoods.items()},
        origins=_origins(labels, rates),
        leases=labels.leases,
        drawn=labels.drawn,
        granted=labels.granted,
        control=labels.control,
        quiet=labels.quiet,
        strays=len(labels.strays),
        reliability=tried(labels, prior),
        biases=biases(labels, rates),
    )
    # As it will be read again: a sum of nothing is a whole number, and would name another version.
    return Fit.from_json(found.to_json())


def fitted_site(
    transaction: Transaction,
    account: int | None,
    site: int | None,
    since: Micros,
    until: Micros,
    prior: Rates = START,
) -> Fit:
    """A fit of a site, or of all of them (None, None), on the facts of [since, until)."""
    return fit(collect(transaction, account, site, since, until), prior)


def keep(transaction: Transaction, made: Fit) -> None:
    """Store a fit under its version; a second time changes nothing."""
    values = {
        "version": made.version,
        "account": made.account,
        "site": made.site,
        "since": utc(made.since).replace(tzinfo=None),
        "until": utc(made.until).replace(tzinfo=None),
        "fit": made.to_json().decode(),
    }
    transaction.run(statement("keep_fit"), values)


def kept(warehouse: Warehouse, version: str) -> Fit | None:
    """The fit of that version."""
    rows = warehouse.rows(_KEPT, {"version": version})
    return Fit.from_json(rows[0]["fit"]) if rows else None


async def kept_version(warehouse: Warehouse, version: str) -> Fit | None:
    """`kept`, for the event loop."""
    rows = await warehouse.read(_KEPT, {"version": version})
    return Fit.from_json(rows[0]["fit"]) if rows else None


_KEPT: Query = statement("kept_fit")


def _steps(pairs: tuple[tuple[float, float], ...]) -> Steps:
    return Steps(tuple(edge for edge, _ in pairs), tuple(rate for _, rate in pairs))


def _origins(labels: Labels, rates: Rates) -> tuple[Origin, ...]:
    found: dict[str, list[float]] = {"audit": [0.0, 0.0]}
    for call in labels.audit_calls:
        found["audit"][not call.state.on_site] += belonging(call, rates)
    for row in labels.marked:
        found.setdefault(row.kind, [0.0, 0.0])[not row.on_site] += row.calls
    return tuple(Origin(kind, *counts) for kind, counts in sorted(found.items()))


def render(made: Fit) -> str:
    """The fit as a person reads it: labels, rates, reliability, and what is wrong with it."""
    return "\n".join([*_head(made), *_rate_lines(made), *_table(made.reliability), *_notes(made)])


def _head(made: Fit) -> list[str]:
    where = "all sites" if made.site is None else f"site {made.site}"
    lines = [
        f"Match fit {made.version} of {where}, {utc(made.since):%Y-%m-%d %H:%M:%S} to "
        f"{utc(made.until):%Y-%m-%d %H:%M:%S} UTC, leaning on {made.prior}",
        f"{made.leases} leases, {made.drawn} drawn for an audit, {made.granted} granted",
        "labels        on the site  after it",
    ]
    lines += [f"{one.kind:<13} {one.on_site:>11.1f} {one.after:>9.1f}" for one in made.origins]
    for name, rang in (("control", made.control), ("quiet", made.quiet)):
        days = rang.seconds / 86_400
        lines.append(f"{name} numbers: {rang.calls} calls of nobody in {days:.1f} days")
    return lines


def _rate_lines(made: Fit) -> list[str]:
    lines = [f"calls a day of a number by itself: {made.background * 86_400:.4f}"]
    for name, pairs in (("on the site", made.on_site), ("after it", made.after)):
        told = ", ".join(f"{edge:.0f} s: {rate * 3600:.5f}" for edge, rate in pairs)
        lines.append(f"calls an hour of a visit {name}, from {told}")
    return lines


def _table(found: Reliability) -> list[str]:
    lines = ["probability     calls   told  right   95 % interval"]
    lines += [
        f"{one.start:.1f} to {one.stop:.1f} {one.calls:>10.0f} {one.probability:>6.3f} "
        f"{one.right:>6.3f}   {one.low:.3f} to {one.high:.3f}"
        for one in found.bins
    ]
    verdict = {
        "calibrated": "calibrated",
        "not calibrated": "NOT CALIBRATED",
        "too few labels": "too few labels to call it calibrated",
    }[found.verdict]
    lines.append(
        f"{verdict}: ECE {found.ece:.3f} (by chance alone {found.chance:.3f}), right "
        f"{found.accuracy:.3f} ({found.low:.3f} to {found.high:.3f}), on {found.labels:.0f} audit "
        f"calls, {found.background} of nobody and {found.phones} with a known phone; none made the "
        "rates that judged it"
    )
    return lines


def _notes(made: Fit) -> list[str]:
    lines = [
        f"BIASED labels: calls with a mark of kind {one.kind} come after the visit in "
        f"{one.late:.1%} of {one.calls}, all calls in {one.expected:.1%} (z {one.z:+.1f}, "
        f"threshold {APART})"
        for one in made.biases
        if one.biased
    ]
    if abs(z := ringing_apart(made.control, made.quiet)) > APART:
        lines.append(
            f"Numbers that were shown ring by themselves {'more' if z > 0 else 'less'} often than "
            f"control numbers (z {z:+.1f}): saved numbers; what the shown ones tell counts"
        )
    if made.strays:
        lines.append(
            f"{made.strays} callers whose phone is known rang a number that their visit was never "
            "shown: a second device, or the number passed on"
        )
    if made.reliability.phones < ENOUGH_PHONES:
        lines.append(
            "Too few callers' phones are known to see calls to numbers that were passed on: "
            f"{made.reliability.phones} of {ENOUGH_PHONES}"
        )
    if made.drawn > made.granted:
        lines.append(
            f"{made.drawn - made.granted} of {made.drawn} drawn audits were withheld by full "
            "pools: the others of the same hours count for more"
        )
    return lines


def chosen(
    fits: Mapping[tuple[int, int], Fit], default: Rates = START
) -> dict[tuple[int, int], Rates]:
    """The rates of each site; under (0, 0) those of sites without a fit."""
    return {(0, 0): default, **{whose: made.rates for whose, made in fits.items()}}
