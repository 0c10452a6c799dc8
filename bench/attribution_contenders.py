"""The contenders that `bench.attribution_models` measures, each run a process of its own.

    python -m bench.attribution_contenders rules|heuristics|markov NAME FOLDER

Prints seconds, seconds of CPU, megabytes and figures by channel as JSON; ends with `ABSENT` when
the library is not installed. A conversion without a touch is the channel `(none)` for everybody,
and touches of one second are in the order of their ids.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ABSENT = 3
LOOKBACK = 90 * 86_400
HALF_LIFE = 7 * 86_400
SIX = ("first", "last", "last_non_direct", "linear", "position", "time_decay")
Figures = dict[str, list[float]]
Prepared = Callable[[Path], Figures]


def rules_ringtrail() -> Prepared:
    duckdb = importlib.import_module("duckdb")

    def work(folder: Path) -> Figures:
        told = json.loads((folder / "statement.json").read_text())
        sums = ", ".join(f"sum(value * weight_{name})" for name in SIX)
        # As ringtrail.core.warehouse opens it.
        with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as database:
            for table in ("touch", "conversion"):
                database.execute(f"CREATE VIEW {table} AS FROM '{folder}/{table}.parquet'")
            query = f"SELECT channel, {sums} FROM ({told['text']}) GROUP BY channel"
            rows = database.execute(query, told["values"]).fetchall()
        return {channel: [float(value) for value in values] for channel, *values in rows}

    return work


def rules_pandas() -> Prepared:
    pandas, numpy = map(importlib.import_module, ("pandas", "numpy"))

    def work(folder: Path) -> Figures:
        conversion = pandas.read_parquet(folder / "conversion.parquet").drop(columns="lead_at")
        conversion["value"] = conversion["value"].astype(float)
        touch = pandas.read_parquet(folder / "touch.parquet").rename(columns={"at": "touched"})
        journey = conversion.merge(touch, on="person")
        age = journey["at"] - journey["touched"]
        far = pandas.Timedelta(seconds=LOOKBACK)
        journey = journey[(age >= pandas.Timedelta(0)) & (age <= far)]
        journey = journey.sort_values(["touched", "touch"])
        age = (journey["at"] - journey["touched"]).dt.total_seconds()
        journey["decay"] = numpy.exp2(-age / HALF_LIFE)
        groups = journey.groupby("conversion", sort=False)
        whole = groups.agg(n=("touch", "size"), first=("touch", "first"), last=("touch", "last"),
                           faded=("decay", "sum"))  # fmt: skip
        named = journey[journey["channel"] != "direct"].groupby("conversion", sort=False)
        whole["named"] = named["touch"].last()
        whole["named"] = whole["named"].fillna(whole["last"]).astype("int64")
        journey = journey.merge(whole, left_on="conversion", right_index=True)
        touch, n = journey["touch"], journey["n"]
        first, last = touch == journey["first"], touch == journey["last"]
        middle = numpy.where(first | last, 0.4, 0.2 / (n - 2).clip(lower=1))
        for name, weight in zip(SIX, (
            first, last, touch == journey["named"], 1 / n,
            numpy.where(n > 2, middle, 1 / n), journey["decay"] / journey["faded"],
        ), strict=True):  # fmt: skip
            journey[name] = journey["value"] * weight
        rows = journey.groupby("channel")[list(SIX)].sum()
        none = float(conversion.loc[~conversion["conversion"].isin(whole.index), "value"].sum())
        figures = {channel: row.tolist() for channel, row in zip(rows.index, rows.to_numpy(),
                                                                 strict=True)}  # fmt: skip
        return {**figures, "(none)": [none] * len(SIX)}

    return work


def rules_polars() -> Prepared:
    polars = importlib.import_module("polars")
    col, when, lit = polars.col, polars.when, polars.lit

    def work(folder: Path) -> Figures:
        conversion = polars.scan_parquet(folder / "conversion.parquet").drop("lead_at")
        conversion = conversion.with_columns(col("value").cast(polars.Float64))
        touch = polars.scan_parquet(folder / "touch.parquet").rename({"at": "touched"})
        age = (col("at") - col("touched")).dt.total_microseconds() / 1e6
        journey = conversion.join(touch, on="person").with_columns(age=age)
        journey = journey.filter(col("age").is_between(0, LOOKBACK)).sort("touched", "touch")
        journey = journey.with_columns(decay=lit(2.0).pow(-col("age") / HALF_LIFE))
        id_ = col("touch")
        whole = journey.group_by("conversion").agg(
            n=polars.len(), first=id_.first(), last=id_.last(), faded=col("decay").sum(),
            named=id_.filter(col("channel") != "direct").last(),
        )  # fmt: skip
        first, last, n = id_ == col("first"), id_ == col("last"), col("n")
        middle = when(first | last).then(0.4).otherwise(0.2 / (n.cast(polars.Int64) - 2))
        weights = (
            first, last, id_ == polars.coalesce("named", "last"), 1 / n,
            when(n > 2).then(middle).otherwise(1 / n), col("decay") / col("faded"),
        )  # fmt: skip
        sums = [(col("value") * one).sum().alias(name)
                for name, one in zip(SIX, weights, strict=True)]  # fmt: skip
        found = journey.join(whole, on="conversion").group_by("channel").agg(sums)
        none = conversion.join(whole, on="conversion", how="anti").select(col("value").sum())
        rows, without = polars.collect_all([found, none], engine="streaming")
        figures = {channel: list(values) for channel, *values in rows.iter_rows()}
        return {**figures, "(none)": [without.item()] * len(SIX)}

    return work


def batches(folder: Path) -> Any:
    """The file of paths, read by one thread while others cut what it has read."""
    parquet = importlib.import_module("pyarrow.parquet")
    return parquet.ParquetFile(folder / "paths.parquet").iter_batches(16_384, use_threads=False)


def heuristics_ringtrail() -> Prepared:
    paths, credit = map(
        importlib.import_module, ("attribution.models.paths", "attribution.models.credit")
    )

    def work(folder: Path) -> Figures:
        read = paths.of_batches(batches(folder))
        figures: Figures = {channel: [] for channel in read.channels}
        for model in ("first", "last", "linear"):
            for one in credit.credit(read, model):
                figures[one.channel] += [one.conversions, one.value]
        return figures

    return work


def heuristics_channel_attribution() -> Prepared:
    pandas, library = map(importlib.import_module, ("pandas", "ChannelAttribution"))

    def work(folder: Path) -> Figures:
        data = pandas.read_parquet(folder / "paths.parquet")
        found = library.heuristic_models(
            data, "path", "total_conversions", var_value="total_conversion_value", flg_pro=False
        )
        columns = [f"{touch}_touch_{what}" for touch in ("first", "last", "linear")
                   for what in ("conversions", "value")]  # fmt: skip
        rows = zip(found["channel_name"], found[columns].to_numpy(), strict=True)
        return {channel: row.tolist() for channel, row in rows}

    return work


def markov_ringtrail() -> Prepared:
    paths, markov = map(
        importlib.import_module, ("attribution.models.paths", "attribution.models.markov")
    )

    def work(folder: Path) -> Figures:
        read = paths.of_batches(batches(folder))
        effects = markov.removal_effects(read).tolist()
        return {channel: [one] for channel, one in zip(read.channels, effects, strict=True)}

    return work


def _simulated(**more: Any) -> Prepared:
    pandas, library = map(importlib.import_module, ("pandas", "ChannelAttribution"))

    def work(folder: Path) -> Figures:
        data = pandas.read_parquet(folder / "paths.parquet")
        found = library.markov_model(
            data, "path", "total_conversions", var_null="total_null", out_more=True, seed=1,
            verbose=False, flg_pro=False, **more,
        )["removal_effects"]  # fmt: skip
        names, effects = found.iloc[:, 0], found.iloc[:, 1]
        return {channel: [float(one)] for channel, one in zip(names, effects, strict=True)}

    return work


CONTENDERS: dict[tuple[str, str], Callable[[], Prepared]] = {
    ("rules", "ringtrail"): rules_ringtrail,
    ("rules", "pandas"): rules_pandas,
    ("rules", "polars"): rules_polars,
    ("heuristics", "ringtrail"): heuristics_ringtrail,
    ("heuristics", "ChannelAttribution"): heuristics_channel_attribution,
    ("markov", "ringtrail"): markov_ringtrail,
    ("markov", "ChannelAttribution"): _simulated,
    # A tenth of the default's convergence parameter; further down it runs for minutes.
    ("markov", "ChannelAttribution, precise"): lambda: _simulated(conv_par=0.005),
}


def most_memory() -> float:
    """Megabytes; what getrusage tells would be the parent's too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main(task: str, name: str, folder: str) -> None:
    try:
        work = CONTENDERS[task, name]()
    except ImportError:
        sys.exit(ABSENT)
    # Whatever a library loads or starts with its first work is not what is compared.
    work(Path(folder) / "small")
    wall, cpu = time.perf_counter(), time.process_time()
    figures = work(Path(folder))
    told = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu,
            "memory": most_memory(),
            "figures": figures}  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
