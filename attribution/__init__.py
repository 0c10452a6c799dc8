"""The one place where visits, numbers and calls meet; owns the marts and the report reads.

Main flow: the loader tells what came in, `attribution.upkeep` finds the calls and days that it
touches and computes them anew from facts; `attribution.reports` reads the marts for dashboards and
exporters; `attribution.reclassify` tells of visits anew where they came from. Public names:
`Upkeep`, `Reports`, `reclassify`, `Days`, `Restatement`, `hosts_of_sites`, `routes`.
"""

from attribution.api import routes
from attribution.reclassify import Days, Restatement, reclassify
from attribution.reports import Reports
from attribution.store import hosts_of_sites
from attribution.upkeep import Upkeep

__all__ = ["Days", "Reports", "Restatement", "Upkeep", "hosts_of_sites", "reclassify", "routes"]
