"""Where spend and visits part: campaigns that cost and brought nobody, and paid visits at no cost.

Who: the foot of the acquisition table. The first is money that no visit explains, or a campaign
whose links say another name; the second is an account that nobody connected. Both are counted in
the rows above too, so that the total is what was imported; here they are told apart.
"""

from collections.abc import Sequence
from decimal import Decimal

from dash import html

from dashboards import wording
from dashboards.attributes import data
from dashboards.pages.acquisition.columns import Writing, desk
from dashboards.pages.acquisition.folding import fold
from dashboards.reading import MoneyGap

_ABOVE = "Where spend and visits do not meet; also counted above"
_TITLES = {
    "spend_without_visits": ("Spend without visits", "Campaigns that cost and brought no visit"),
    "paid_visits_without_spend": (
        "Paid visits without spend",
        "Campaigns that no file has cost of",
    ),
}


def rows(gaps: Sequence[MoneyGap], names: Sequence[str], how: Writing, shown: str) -> list[html.Tr]:
    """A heading and two rows, which unfold to their campaigns."""
    made = [
        html.Tr(
            html.Th(_ABOVE, colSpan=1 + len(names), scope="rowgroup"),
            className="apart",
        )
    ]
    for kind, (title, means) in _TITLES.items():
        members = [one for one in gaps if one.gap == kind]
        label = html.Div(
            [
                fold(title if members else None),
                html.Span([title, html.Small(f" {len(members)}")], className="name", title=means),
            ],
            className="what",
        )
        cost = _sum(members)
        visits = sum(one.visits for one in members)
        path = f"\x1d{kind}"
        made.append(
            html.Tr(
                [html.Th(label, scope="row"), *_cells(visits, cost, None, names, how, shown)],
                className="d0 gap",
                **data(path=path),
            )
        )
        made += [_campaign(one, at, path, names, how, shown) for at, one in enumerate(members)]
    return made


def _campaign(
    one: MoneyGap, at: int, path: str, names: Sequence[str], how: Writing, shown: str
) -> html.Tr:
    source = wording.source(one.source, one.medium)
    name = f"{source}, {one.campaign or 'no campaign'}"
    imported = wording.money(one.imported, one.currency)
    label = html.Div(
        [fold(None), html.Span(name, className="name", title=name)],
        className="what",
    )
    return html.Tr(
        [
            html.Th(label, scope="row"),
            *_cells(one.visits, one.cost, imported, names, how, shown),
        ],
        className="d1",
        hidden=True,
        **data(path=f"{path}\x1f{at}"),
    )


def _sum(members: Sequence[MoneyGap]) -> Decimal | None:
    """What they cost; None as soon as one part has no figure, or where nothing was spent."""
    costs = [one.cost for one in members if one.gap == "spend_without_visits"]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(costs) else None


def _cells(
    visits: int, cost: Decimal | None, imported: str | None, names: Sequence[str], how: Writing,
    shown: str,
) -> list[html.Td]:  # fmt: skip
    """Visits and spend; the other columns say nothing of a gap."""
    told = {"visits": wording.count(visits), "cost": how.amount(cost)}
    title = f"{imported} as imported" if imported and imported != wording.NOTHING else None
    return [
        html.Td(told.get(name, ""), className=desk(name, shown),
                title=title if name == "cost" else None)
        for name in names
    ]  # fmt: skip
