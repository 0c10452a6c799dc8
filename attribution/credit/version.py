"""A name for everything that decides a model's result, so that a figure can be asked for again.

Stored and told with what is computed: by comparisons, reports and exports.
"""

import hashlib
from collections.abc import Mapping

import msgspec

from ringtrail.core.warehouse import Query
from tracking.restate import rules_version

MATCH_FITS = Query.load("attribution", "credit/match_fits.sql")
"""Asks for `match_fit`: which fits judge the calls of the reader's sites."""


def version(
    model: str, lookback_seconds: float, options: Mapping[str, object], match_fit: str
) -> str:
    """12 hex digits over the model, its options, the look-back, channel rules and match fit."""
    told = {
        "model": model,
        "options": dict(sorted(options.items())),
        "lookback_seconds": lookback_seconds,
        "channel_rules": rules_version(),
        "match_fit": match_fit,
    }
    text = msgspec.json.encode(told, order="deterministic")
    return hashlib.sha256(text).hexdigest()[:12]
