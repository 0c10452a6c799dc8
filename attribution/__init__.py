"""The one place where visits, numbers and calls meet; owns the marts and the report reads.

Main flow: the loader tells what came in, `attribution.upkeep` finds the calls and days that it
touches and computes them anew from facts; `attribution.reports` reads the marts for dashboards and
exporters. Public names: `Upkeep`, `Reports`.
"""

from attribution.reports import Reports
from attribution.upkeep import Upkeep

__all__ = ["Reports", "Upkeep"]
