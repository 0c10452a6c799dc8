"""What attribution costs: rule models beside pandas and polars, paths beside ChannelAttribution.

    make bench      or: .venv/bin/python -m bench.attribution_models [TOUCHES [ROUNDS [LARGE]]]

Touches and conversions lie in Parquet, and so do the paths made from them; every contender reads
the same files in a process of its own, in turns, and must come to the same figures. Measured is
what follows its imports and a small run: wall (the median of the rounds, and the best, which other
work on the machine disturbed least), CPU of all threads, and the most memory that the process ever
had.
Ringtrail's rule models are the statement of `attribution.models.statement` on DuckDB with the
warehouse's settings; its process loads no more than that, as those of pandas and polars do.

- six rule models, 90 days back, by channel: pandas takes at least 2 x the time and 3 x the memory,
  polars at least half the time
- first, last and linear from paths: ChannelAttribution takes at least 10 x the time
- Markov of order 1, exact: at least 0.8 x the speed of ChannelAttribution's default simulation,
  whose error is told; at most a fifth of the CPU of one that is about as exact as simulation gets
- LARGE touches (five times as many) within 2 GB

pandas, polars and ChannelAttribution are no part of Ringtrail: what is not installed is told and
skipped. `.venv/bin/pip install pandas polars ChannelAttribution==2.2.5 matplotlib` adds them.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from attribution.models import statement
from attribution.models.rules import RULES
from bench.attribution_contenders import ABSENT, LOOKBACK, SIX

SMALL = 10_000
"""Touches with which everybody may warm up."""
MEMORY = 2048
"""Megabytes within which the large run must stay."""
TOUCHES = """COPY (
  SELECT i AS touch, (random() * $touches / 3.5)::BIGINT AS person,
    TIMESTAMP '2026-01-01' + to_seconds((random() * 180 * 86400)::BIGINT) AS "at",
    ['direct', 'google_cpc', 'organic', 'yandex', 'vk', 'email', 'referral', 'meta', 'tiktok',
     'display', 'affiliate', 'video'][1 + (12 * pow(random(), 1.6))::INT % 12] AS channel
  FROM range($touches::BIGINT) AS t(i)) TO '{folder}/touch.parquet'"""
CONVERSIONS = """COPY (
  SELECT i AS conversion, (random() * $touches / 3.5)::BIGINT AS person,
    TIMESTAMP '2026-01-01' + to_seconds((random() * 180 * 86400)::BIGINT) AS "at",
    (random() * 1000)::DECIMAL(18, 4) AS value, NULL::TIMESTAMP AS lead_at
  FROM range(($touches * 0.068)::BIGINT) AS t(i)) TO '{folder}/conversion.parquet'"""
PATHS = """COPY (
  WITH touch AS (FROM '{folder}/touch.parquet'), conversion AS (FROM '{folder}/conversion.parquet'),
  journey AS (
    SELECT any_value(c.value) AS value, 1 AS conversions,
      list(t.channel ORDER BY t."at", t.touch) AS path
    FROM conversion c JOIN touch t ON t.person = c.person
      AND t."at" <= c."at" AND t."at" >= c."at" - to_seconds($lookback)
    GROUP BY c.conversion
    UNION ALL
    SELECT 0, 0, list(t.channel ORDER BY t."at", t.touch)
    FROM touch t ANTI JOIN conversion c USING (person) GROUP BY person)
  SELECT array_to_string(path, ' > ') AS path, sum(conversions)::BIGINT AS total_conversions,
    sum(value)::DOUBLE AS total_conversion_value, sum(1 - conversions)::BIGINT AS total_null
  FROM journey GROUP BY ALL) TO '{folder}/paths.parquet'"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds, seconds of CPU, megabytes; figures by channel. `best`: of all rounds."""

    wall: float
    cpu: float
    memory: float
    figures: dict[str, list[float]]
    best: float = 0.0

    def beside(self, ours: "Run") -> str:
        """How many times as long as ours it takes: by medians, by the least disturbed rounds."""
        return (f"{self.wall / ours.wall:.1f} of the time ({self.best / ours.best:.1f} at best), "
                f"{self.cpu / ours.cpu:.1f} of the CPU")  # fmt: skip


def prepare(folder: Path, touches: int, *, paths: bool) -> None:
    """The files that the contenders read, large and small, and Ringtrail's statement."""
    folder.mkdir()
    if folder.name != "small":
        prepare(folder / "small", SMALL, paths=paths)
    with duckdb.connect(config={"threads": 2}) as database:
        database.execute("SELECT setseed(0.5)")
        for text in (TOUCHES, CONVERSIONS):
            database.execute(text.format(folder=folder), {"touches": touches})
        if paths:
            database.execute(PATHS.format(folder=folder), {"lookback": LOOKBACK})
    asked = statement.weights(LOOKBACK, {name: RULES[name] for name in SIX})
    told = {"text": asked.query.text, "values": asked.values}
    (folder / "statement.json").write_text(json.dumps(told))


def run(task: str, name: str, folder: Path) -> Run | None:
    """A contender's run; None when its library is not installed."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.attribution_contenders", task, name,
         str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode == ABSENT:
        return None
    if done.returncode:
        sys.exit(f"{name} failed at {task}:\n{done.stderr}")
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def compete(task: str, names: list[str], folder: Path, rounds: int) -> dict[str, Run]:
    """The median runs of those that are installed; all came to the same figures as the first."""
    found: dict[str, list[Run]] = {}
    for _ in range(rounds):
        for name in names:
            one = run(task, name, folder)
            if one is not None:
                found.setdefault(name, []).append(one)
    for name in names:
        if name not in found:
            sys.stdout.write(f"  {name} is not installed: skipped\n")
    medians = {}
    for name, runs in found.items():
        wall, cpu, memory = (
            statistics.median(values)
            for values in zip(*((one.wall, one.cpu, one.memory) for one in runs), strict=True)
        )
        best = min(one.wall for one in runs)
        medians[name] = Run(wall, cpu, memory, runs[0].figures, best)
        sys.stdout.write(
            f"  {name:28} {wall:7.2f} s ({best:.2f} at best), {cpu:7.2f} s of CPU, "
            f"{memory:6.0f} MB\n"
        )
    return medians


def apart(one: Run, other: Run) -> float:
    """The largest difference of two runs' figures, beside the largest figure."""
    largest = max(abs(value) for row in one.figures.values() for value in row)
    if one.figures.keys() != other.figures.keys():
        sys.exit(f"other channels: {set(one.figures) ^ set(other.figures)}")
    pairs = ((one.figures[channel], other.figures[channel]) for channel in one.figures)
    return max(
        abs(mine - theirs)
        for a, b in pairs
        for mine, theirs in zip(a, b, strict=True)
    ) / largest  # fmt: skip


def same(medians: dict[str, Run]) -> None:
    """End the bench when somebody comes to other figures."""
    for name, one in medians.items():
        if (off := apart(medians["ringtrail"], one)) > 1e-9:
            sys.exit(f"{name} comes to other figures: {off:.1e} of the largest")


def rule_models(folder: Path, rounds: int) -> Iterator[str]:
    medians = compete("rules", ["ringtrail", "pandas", "polars"], folder, rounds)
    same(medians)
    ours = medians["ringtrail"]
    for name, wall, memory in (("pandas", 2, 3), ("polars", 0.5, None)):
        if name in medians:
            one = medians[name]
            goal = f" and {memory} of the memory" if memory else ""
            yield (f"{name} / ringtrail: {one.beside(ours)}, {one.memory / ours.memory:.1f} of the "
                   f"memory; goal {wall} of the time{goal}")  # fmt: skip


def heuristics(folder: Path, rounds: int) -> Iterator[str]:
    medians = compete("heuristics", ["ringtrail", "ChannelAttribution"], folder, rounds)
    same(medians)
    if "ChannelAttribution" in medians:
        ours, theirs = medians["ringtrail"], medians["ChannelAttribution"]
        yield f"ChannelAttribution / ringtrail: {theirs.beside(ours)}; goal 10 of the time"


def chains(folder: Path, rounds: int) -> Iterator[str]:
    names = ["ringtrail", "ChannelAttribution", "ChannelAttribution, precise"]
    medians = compete("markov", names, folder, rounds)
    ours = medians["ringtrail"]
    for name, goal in ((names[1], "goal of the time 0.8"), (names[2], "goal of the CPU 5")):
        if name in medians:
            theirs = medians[name]
            yield (f"{name} / ringtrail: {theirs.beside(ours)} ({goal}); its error is "
                   f"{apart(ours, theirs):.1e} of the largest effect, ours none")  # fmt: skip


def main(touches: int = 10_000_000, rounds: int = 3, large: int | None = None) -> None:
    large = 5 * touches if large is None else large
    before = os.getloadavg()[0]
    with TemporaryDirectory() as name:
        folder = Path(name) / "touches"
        prepare(folder, touches, paths=True)
        for title, part in (("six rule models", rule_models), ("first, last, linear from paths",
                            heuristics), ("Markov of order 1 from paths", chains)):  # fmt: skip
            sys.stdout.write(f"{title}, {touches:,} touches, {rounds} rounds\n")
            sys.stdout.writelines(f"  {line}\n" for line in part(folder, rounds))
        if large:
            prepare(Path(name) / "large", large, paths=False)
            one = run("rules", "ringtrail", Path(name) / "large")
            if one is not None:
                sys.stdout.write(
                    f"six rule models, {large:,} touches: {one.wall:.2f} s, {one.cpu:.2f} s of "
                    f"CPU, {one.memory:.0f} MB (goal {MEMORY})\n"
                )
    sys.stdout.write(
        f"load average {before:.2f} before, {os.getloadavg()[0]:.2f} after; "
        f"{os.cpu_count()} processors\n"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
