"""What each touch gets of each conversion, kept up with the marts.

Main flow: `attribution.upkeep` has brought mart_call up to date and calls `Credit.refresh` in the
same transaction; the conversions that the change may concern are divided anew by the statement of
`attribution.models`, all others stay. Reports read mart_credit by traffic, day and model. Public
names: `Credit`, `LOOKBACK`.
"""

from attribution.credit.keeping import LOOKBACK, Credit

__all__ = ["LOOKBACK", "Credit"]
