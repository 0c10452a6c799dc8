"""`ringtrail attribution credit`: divide a file of paths by a model.

Needs no store: any CSV of `path,total_conversions,total_conversion_value,total_null`, as the
field's libraries read it. The models are in `attribution.models`. What can go wrong: a file that is
no such CSV (exit 1, with the row), options that do not belong together (exit 2).
"""

import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from attribution.models.credit import PATH_MODELS, ChannelCredit
from attribution.models.credit import credit as divide
from attribution.models.paths import read
from attribution.models.rules import Shares

_say = Console(stderr=True)


def _shares(text: str) -> Shares:
    try:
        first, others, last = map(float, text.split(","))
        return Shares(first=first, others=others, last=last)
    except ValueError as error:
        raise typer.BadParameter(
            "give three numbers of at least 0, not all of them 0: FIRST,OTHERS,LAST"
        ) from error


def _model(text: str) -> str:
    if text not in PATH_MODELS:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(PATH_MODELS)}")
    return text


def credit(
    paths: Annotated[
        Path,
        typer.Option(
            help="A CSV of path,total_conversions,total_conversion_value,total_null; "
            "steps joined by ' > '.",
        ),
    ],
    model: Annotated[
        str,
        typer.Option(parser=_model, metavar="|".join(PATH_MODELS), help="Who gets how much."),
    ],
    order: Annotated[
        int | None, typer.Option(min=1, help="How many steps markov remembers (1).")
    ] = None,
    shares: Annotated[
        Shares | None,
        typer.Option(parser=_shares, metavar="FIRST,OTHERS,LAST", help="Of custom: 50,20,30"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a program to read.")] = False,
) -> None:
    """Divide the conversions of a file of paths among their channels."""
    if order is not None and model != "markov":
        _say.print(f"--order is passed over: {model} remembers nothing")
    if (shares is None) == (model == "custom"):
        raise typer.BadParameter("--model custom and --shares go together")
    with _say.status("Dividing"):
        credits = divide(read(paths), model, order=order or 1, custom=shares)
    if as_json:
        told = {one.channel: _row(one) for one in credits}
        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
    else:
        _show(credits)


def _row(one: ChannelCredit) -> dict[str, Any]:
    """`removal_effect` is null where the model has none; errors stand only where it drew."""
    row: dict[str, Any] = {
        "conversions": one.conversions,
        "value": one.value,
        "removal_effect": one.removal_effect,
    }
    if one.conversions_error is not None:
        row |= {"conversions_error": one.conversions_error, "value_error": one.value_error}
    return row


def _show(credits: list[ChannelCredit]) -> None:
    """The channels that get most come first; a figure that was drawn shows its standard error."""
    table = Table(box=None, pad_edge=False)
    table.add_column("channel", overflow="fold")
    effects = any(one.removal_effect is not None for one in credits)
    for heading in ("conversions", "share", "value", *(["removal effect"] if effects else [])):
        table.add_column(heading, justify="right", no_wrap=True)
    whole, value = (sum(one.conversions for one in credits), sum(one.value for one in credits))
    for one in sorted(credits, key=lambda one: (-one.conversions, one.channel)):
        share = f"{one.conversions / whole:.1%}" if whole else "–"
        cells = [_told(one.conversions, one.conversions_error), share,
                 _told(one.value, one.value_error)]  # fmt: skip
        if one.removal_effect is not None:
            cells.append(f"{one.removal_effect:.4f}")
        table.add_row(one.channel, *cells)
    table.add_row("all", f"{whole:,.2f}", "", f"{value:,.2f}", style="bold")
    Console(highlight=False).print(table, markup=False)


def _told(figure: float, error: float | None) -> str:
    return f"{figure:,.2f}" if error is None else f"{figure:,.2f} ± {error:,.2f}"
