"""`ringtrail pool`: the commands about pools of numbers, put together by `ringtrail.cli`."""

import typer

app = typer.Typer(no_args_is_help=True, help="Pools of numbers.")
