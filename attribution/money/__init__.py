"""What visits cost: spend joined to the visits that it brought, in the currency of the site.

Main flow: after each batch that costs follow from (`concerned`) `refresh` says of each campaign of
the advertising systems which visits it belongs to (mart_spend_campaign) and what each site's day
cost (mart_cost). `gaps.sql` finds spend without visits and paid visits without spend,
`problems.sql` what keeps a cost from being shown. Each spend row has one place, so that the costs
of a report are the costs that were imported, to the cent.
"""

from attribution.money.refresh import Cause, concerned, refresh

__all__ = ["Cause", "concerned", "refresh"]
