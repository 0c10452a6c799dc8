"""What is known about who called: the shapes that `collect` fills from facts and the fit reads.

A stretch of time is cut into equal folds by when a lease was opened, so that rates can be fitted on
some and tried on the others. Pure.
"""

from dataclasses import dataclass
from uuid import UUID

from numbers_pool.posterior import Kind
from ringtrail.core.clock import Micros


@dataclass(frozen=True, slots=True)
class State:
    """What a visit was doing when the number rang: `seconds` on the site, or since last seen."""

    on_site: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Exposure:
    """How long leases of a fold were in a step of `rates`; audits, alone with their number."""

    fold: int
    audit: bool
    on_site: bool
    step: int
    seconds: float
    leases: int


@dataclass(frozen=True, slots=True)
class AuditCall:
    """A call to a number that was one audited visit's alone.

    `rivals` held it before and may still call. `kind`: the call's own mark, if it has one.
    `weight`: how many leases stand behind this audit. `ties`: which of the visit's known phones it
    came from and which not.
    """

    fold: int
    call: UUID
    lease: UUID
    state: State
    rivals: tuple[State, ...]
    kind: str | None
    weight: float
    ties: tuple[tuple[Kind, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """How many calls of a fold have a mark of their own, by what the visit was doing."""

    fold: int
    kind: str
    audit: bool
    on_site: bool
    step: int
    calls: int


@dataclass(frozen=True, slots=True)
class Unmarked:
    """The places (`rates.steps`) of a call's candidates; `others` were there before the window."""

    fold: int
    own: tuple[int, ...]
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ringing:
    """Calls and the seconds in which they came."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Scene:
    """A call whose truth is known, and who else could have made it.

    `lease`: of the audited visit that made it; None: no visit that held the number did. A call is
    put on several numbers that are passed on; `copy` counts them.
    """

    fold: int
    call: UUID
    lease: UUID | None
    copy: int
    rivals: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """All that a window of facts tells; `since` <= time < `until`, exact microseconds.

    `account` and `site` are None for all. `drawn` leases were chosen for an audit, `granted` got
    one. `pool` is the time of the visitors' numbers. `strays` are calls whose callers are known
    visitors, but not of the number that they rang.
    """

    account: int | None
    site: int | None
    since: Micros
    until: Micros
    folds: int
    leases: int
    drawn: int
    granted: int
    exposure: tuple[Exposure, ...]
    audit_calls: tuple[AuditCall, ...]
    marked: tuple[Marked, ...]
    crowd: tuple[Unmarked, ...]
    control: Ringing
    quiet: Ringing
    pool: Ringing
    scenes: tuple[Scene, ...]
    strays: tuple[Scene, ...]
