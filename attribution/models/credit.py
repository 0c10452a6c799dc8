"""Any model over aggregated paths: what each channel gets of the conversions and of their value.

Asked by `ringtrail attribution credit` and by comparisons of models. `PATH_MODELS` says which
models need no more than paths.
"""

from dataclasses import dataclass

from attribution.models import markov, path_weight, shapley
from attribution.models.paths import Floats, Paths
from attribution.models.rules import RULES, Factors, Shares
from attribution.models.shapley import Division

_BY_STEP = {
    name: rule
    for name, rule in RULES.items()
    if (isinstance(rule, Shares) and rule.lead is None)
    or (isinstance(rule, Factors) and rule == Factors())
}
PATH_MODELS = (*_BY_STEP, "custom", "markov", "shapley", "shapley_rate")
"""All but those that need the times of touches or the touch of the lead."""


@dataclass(frozen=True, slots=True)
class ChannelCredit:
    """What a channel gets.

    `removal_effect`: by Markov alone. `conversions_error`, `value_error`: standard errors, where
    the figures were drawn.
    """

    channel: str
    conversions: float
    value: float
    removal_effect: float | None = None
    conversions_error: float | None = None
    value_error: float | None = None


def credit(
    paths: Paths, model: str, *, order: int = 1, custom: Shares | None = None
) -> list[ChannelCredit]:
    """What each channel of the paths gets by `model`, one of `PATH_MODELS`, in the paths' order.

    `order`: of the chain of markov. `custom`: the shares of the model of that name. The credits sum
    to all conversions and to all value. Raises ValueError for another model.
    """
    effects = markov.removal_effects(paths, order) if model == "markov" else None
    division = _divide(paths, model, custom) if effects is None else _by_effect(paths, effects)
    error = division.error or (None, None)
    return [
        ChannelCredit(
            channel,
            float(division.conversions[at]),
            float(division.values[at]),
            *(None if more is None else float(more[at]) for more in (effects, *error)),
        )
        for at, channel in enumerate(paths.channels)
    ]


def _by_effect(paths: Paths, effects: Floats) -> Division:
    share = effects / effects.sum() if effects.any() else effects
    return Division(share * paths.conversions.sum(), share * paths.values.sum())


def _divide(paths: Paths, model: str, custom: Shares | None) -> Division:
    if model == "shapley":
        return shapley.count_game(paths)
    if model == "shapley_rate":
        return shapley.rate_game(paths)
    rule = custom if model == "custom" else _BY_STEP.get(model)
    if rule is None:
        raise ValueError(f"{model!r} is no model of paths: {', '.join(PATH_MODELS)}")
    # Most paths lead nowhere and have nothing to divide.
    paths = paths.where((paths.conversions != 0) | (paths.values != 0))
    wholes = (paths.conversions, paths.values)
    conversions, values = path_weight.divided(paths, rule, wholes)
    return Division(conversions, values)
