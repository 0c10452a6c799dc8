"""A name for everything that decides a model's result, so that a figure can be asked for again.

Stored and told with what is computed: by comparisons, reports and exports.
"""

import hashlib
from collections.abc import Mapping

import msgspec

from tracking.restate import rules_version

MATCH_FIT = "last_holder"
"""How calls find their visits today: the newest of the leases that covered the ring."""


def version(model: str, lookback_seconds: float, options: Mapping[str, object]) -> str:
    """12 hex digits over the model, its options, the look-back, channel rules and match fit."""
    told = {
        "model": model,
        "options": dict(sorted(options.items())),
        "lookback_seconds": lookback_seconds,
        "channel_rules": rules_version(),
        "match_fit": MATCH_FIT,
    }
    text = msgspec.json.encode(told, order="deterministic")
    return hashlib.sha256(text).hexdigest()[:12]
