"""Looks the installation over and says what to do: `ringtrail doctor`.

Reads only: it migrates nothing and makes no file. A running app is asked over its socket, because
only that process may open the warehouse.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from ringtrail import store
from ringtrail.core.database import open_engine, standing
from ringtrail.core.errors import NotConfigured
from ringtrail.core.settings import Settings

_LEAST_FREE = 2 * 1024**3
_LATE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` says what to do about it."""

    subject: str
    state: Literal["ok", "warning", "failure"]
    told: str
    advice: str = ""


def examine(settings: Settings, running: httpx.Client | None) -> Iterator[Finding]:
    """The findings, the operational store first, for it holds the inbox."""
    yield _home(settings)
    yield from _operational_store(settings)
    if running is None:
        yield Finding("app", "warning", "nothing serves this home", "start `ringtrail serve`")
    else:
        yield from _app(running)


def _home(settings: Settings) -> Finding:
    if not settings.home.exists():
        return Finding(
            "home", "failure", f"{settings.home} does not exist", "run `ringtrail migrate`"
        )
    free = shutil.disk_usage(settings.home).free
    told = f"{settings.home}, {free / 1024**3:.1f} GiB free"
    if settings.home.stat().st_mode & 0o077:
        return Finding("home", "warning", f"{told}, open to others", f"chmod 700 {settings.home}")
    if free < _LEAST_FREE:
        return Finding("home", "warning", told, "make room: at 0 no call is recorded")
    return Finding("home", "ok", told)


def _operational_store(settings: Settings) -> Iterator[Finding]:
    subject, engine = "operational store", open_engine(settings.database)
    try:
        at = standing(engine)
        advice = {"current": "", "newer": "upgrade Ringtrail"}.get(at, "run `ringtrail migrate`")
        yield Finding(
            subject, "failure" if advice else "ok", f"{engine.dialect.name}, {at}", advice
        )
        if not advice:
            sites = ", ".join(store.site_names(engine))
            yield Finding("sites", "ok" if sites else "warning", sites or "none",
                          "" if sites else "run `ringtrail site add`")  # fmt: skip
            for number, page in store.hard_coded_numbers(engine):
                yield Finding("number on a page", "warning", f"{number} of a pool stands in {page}",
                              "write the business number there")  # fmt: skip
            for site, parameter, macro in store.unfilled_macros(engine):
                told = f"visits to {site} come with {parameter}={macro}"
                yield Finding("unfilled macro", "warning", told,
                              "correct the macro in the advertisement's link")  # fmt: skip
    except NotConfigured as error:
        yield Finding(subject, "failure", error.message, "check RINGTRAIL_DATABASE_URL")
    finally:
        engine.dispose()


def _app(running: httpx.Client) -> Iterator[Finding]:
    answer = running.get("/readyz")
    state: dict[str, Any] = answer.json()
    if answer.status_code != 200:
        yield Finding("app", "failure", "serves, but is not ready", "read its log; restart it")
    if "version" not in state:
        return
    if answer.status_code == 200:
        yield Finding("app", "ok", f"version {state['version']} serves")
    late = state["oldest_seconds"] > _LATE_SECONDS
    yield Finding(
        "inbox", "warning" if late else "ok",
        f"{state['waiting']} facts wait, the oldest {state['oldest_seconds']:.0f} s",
        "read the app's log for the loader's error" if late else "",
    )  # fmt: skip
    dead = state["dead_letters"]
    told = ", ".join(f"{count} {reason}" for reason, count in sorted(dead.items()))
    yield Finding("dead letters", "warning" if dead else "ok", told or "none",
                  "read table dead_letter" if dead else "")  # fmt: skip
    behind = state["unrefreshed_batches"]
    yield Finding("marts", "warning" if behind else "ok", f"{behind} batches behind",
                  "run `ringtrail attribution rebuild`" if behind else "")  # fmt: skip
    if state["journal"] is not None:
        yield from _pbx(state["journal"])


def _pbx(journal: dict[str, Any]) -> Iterator[Finding]:
    subject = "call journal"
    told = f"{journal['behind_bytes']} bytes, {journal['behind_seconds']:.0f} s behind"
    if not journal["reading"]:
        yield Finding(subject, "failure", f"not being stored, {told}", "read the app's log")
    elif not journal["found"]:
        yield Finding(subject, "warning", "there is none yet",
                      "check RINGTRAIL_PBX_HOME and that Asterisk runs")  # fmt: skip
    else:
        late = journal["behind_seconds"] > _LATE_SECONDS
        yield Finding(subject, "warning" if late else "ok", told,
                      "wait; read the app's log if it grows" if late else "")  # fmt: skip
    pushed = journal["routes"]
    yield Finding("routes", "ok" if pushed else "warning",
                  "Asterisk has them" if pushed else "not written into Asterisk's database",
                  "" if pushed else "check RINGTRAIL_PBX_MANAGER and the app's log")  # fmt: skip
