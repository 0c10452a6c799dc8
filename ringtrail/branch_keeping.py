"""`ringtrail branch`: the places of a business, each with pools of its own.

A pool is put under a branch by `ringtrail pool add --branch` or `ringtrail pool change --branch`.
"""

from dataclasses import asdict
from typing import Annotated

import typer

from numbers_pool import store as pool
from ringtrail import keeping
from ringtrail.core.clock import Micros
from ringtrail.core.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Places of the business.")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="As people call it.")],
    site: Annotated[int, typer.Option(help="The number of the site.")] = 1,
) -> None:
    """Add a branch to a site; prints its number."""

    def work(store: pool.Store, now: Micros, _: Settings) -> int:
        account = keeping.place(store, site, now).account
        return pool.add_branch(store, account=account, site=site, name=name)

    typer.echo(f"branch: {keeping.change(work)}")


@app.command("list")
def show(account: keeping.OneAccount = None, as_json: keeping.AsJson = False) -> None:
    """Show branches and how many pools each has."""
    found = keeping.change(lambda store, _now, _: pool.branches(store, account=account))
    if as_json:
        keeping.print_json([asdict(one) for one in found])
        return
    heads = ("branch", "site", "name", "pools")
    keeping.show_table(heads, [(one.branch, one.site, one.name, one.pools) for one in found])
