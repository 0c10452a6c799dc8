"""Which calls and contacts count, as what, and which of them are one lead.

Main flow: `attribution.upkeep` calls `Leads` in its transaction. Before days are counted it widens
the dirty calls by those that a correction, a rule or an own phone concerns, puts corrections on the
matched calls and marks calls and contacts (mart_mark); after persons are known it puts contacts and
calls of one person together (mart_lead).
Public name: `Leads`.
"""

from attribution.leads.keeping import Leads

__all__ = ["Leads"]
