"""The operators' command line, `./paygate`: what is done with a deployment's database by hand, and `listen`."""

from __future__ import annotations

from typing import Annotated

import typer

from paygate.operations.reconcile import reconcile
from paygate.operations.set_merchant_fee import BASIS_POINTS_MAX, set_merchant_fee
from paygate_cli import users
from paygate_cli.database import DatabaseUrl, open_database
from paygate_cli.listen import listen
from paygate_local.__main__ import main

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def about() -> None:
    """Paygate's operators' command line."""


app.command("listen")(listen)
app.add_typer(users.app, name="users")


@app.command("reconcile")
def reconcile_books(database_url: DatabaseUrl = "") -> None:
    """Compare the ledger with the payments and refunds; exit status 1 if anything differs."""
    with open_database(database_url) as database:
        differences = reconcile(database)
    for each in differences:
        print(f"{each.subject_id}  {each.account}  rows {each.rows_minor}  ledger {each.ledger_minor}")
    print(f"{len(differences)} differences")
    if differences:
        raise typer.Exit(1)


@app.command("set-fee")
def set_fee(
    merchant_id: str,
    basis_points: Annotated[int, typer.Argument(min=0, max=BASIS_POINTS_MAX, help="hundredths of a percent")],
    database_url: DatabaseUrl = "",
) -> None:
    """Set what each capture from now on costs a merchant."""
    with open_database(database_url) as database:
        set_merchant_fee(database, merchant_id, basis_points)
    print(f"{merchant_id} pays {basis_points / 100:.2f} % of each capture")


if __name__ == "__main__":
    main(app)
