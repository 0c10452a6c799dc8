"""What the field's libraries say of a file of paths, those that are installed: JSON on stdout.

    python -W ignore -m tests.attribution.models.libraries PATHS.csv

A process of its own, because they warn, print and import much. Conversions of each channel by
model, removal effects under `markov`; a library that is absent is null.
"""

import contextlib
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from attribution.models.path_text import SEPARATOR

Answers = dict[str, dict[str, float]]


def mta(frame: Any) -> Answers:
    """mta 0.0.9; without these options it collapses repeats, reports shares, divides by channel."""
    options = {"allow_loops": True, "add_timepoints": False, "normalize_by_default": False}
    model = importlib.import_module("mta").MTA(data=frame, **options)
    model.first_touch().last_touch().linear(share="proportional").position_based().shapley()
    names = {"first": "first_touch", "last": "last_touch", "linear": "linear",
             "position": "pos_based", "shapley": "shapley"}  # fmt: skip
    return {ours: dict(model.attribution[theirs]) for ours, theirs in names.items()}


def channel_attribution(frame: Any) -> Answers:
    """ChannelAttribution 2.2.5, the models that it does not simulate."""
    library = importlib.import_module("ChannelAttribution")
    found = library.heuristic_models(frame, "path", "total_conversions")
    models = {"first": "first_touch", "last": "last_touch", "linear": "linear_touch"}
    return {
        ours: dict(zip(found["channel_name"], found[theirs], strict=True))
        for ours, theirs in models.items()
    }


def dp6(frame: Any) -> Answers:
    """marketing-attribution-models 2.1.1: paths grouped by whether they converted."""
    converted = frame.assign(times=frame["total_conversions"], converted=True)
    lost = frame.assign(times=frame["total_null"], converted=False)
    pandas = importlib.import_module("pandas")
    both = pandas.concat([converted, lost])
    model = importlib.import_module("mam").MAM(
        both[both["times"] > 0], "grouped_journey", "path", "converted", occurrences_colname="times"
    )
    effects = model.run_markov(transition_to_same_state=True).metadata["removal_effect"]
    found = model.run_position_based().to_dict()
    names, conversions = found.values()
    return {
        "markov": dict(effects["removal_effect"]),
        "position": dict(zip(names, conversions, strict=True)),
    }


def do_attribution(frame: Any) -> Answers:
    """do-attribution 0.0.2; its other strategies of removal are other models."""
    library = importlib.import_module("do_attribution.markov")
    paths, converted = journeys(frame)
    answers = {}
    for order in (1, 2):
        model = library.MarkovAttribution(order=order, removal_strategy="redirect_to_null")
        found = model.fit(paths, converted)
        answers[f"markov{order}"] = dict(found["removal_effects"])
    return answers


def shapley_attribution(frame: Any) -> Answers:
    """shapley-attribution 2.1.0, the simplified model."""
    library = importlib.import_module("shapley_attribution")
    paths, converted = journeys(frame)
    model = library.SimplifiedShapleyAttribution(normalize=False)
    model.fit([path.split(SEPARATOR) for path in paths], converted)
    return {"shapley": dict(model.get_attribution())}


def journeys(frame: Any) -> tuple[list[str], list[int]]:
    """Each journey by itself: its path, and whether it converted."""

    def each() -> Iterator[tuple[str, int]]:
        columns = (frame["path"], frame["total_conversions"], frame["total_null"])
        for path, conversions, nulls in zip(*columns, strict=True):
            yield from [(path, 1)] * int(conversions)
            yield from [(path, 0)] * int(nulls)

    listed = list(each())
    return [path for path, _ in listed], [converted for _, converted in listed]


LIBRARIES: dict[str, Callable[[Any], Answers]] = {
    "mta": mta,
    "ChannelAttribution": channel_attribution,
    "mam": dp6,
    "do_attribution": do_attribution,
    "shapley_attribution": shapley_attribution,
}


def answers(path: str) -> dict[str, Answers | None]:
    """Of each library; None for one that cannot be imported."""
    told: dict[str, Answers | None] = {}
    for name, ask in LIBRARIES.items():
        try:
            told[name] = ask(importlib.import_module("pandas").read_csv(path))
        except ImportError:
            told[name] = None
    return told


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        found = answers(sys.argv[1])
    sys.stdout.write(json.dumps(found, default=float))
