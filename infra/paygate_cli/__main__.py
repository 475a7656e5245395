"""The operators' command line, `./paygate`: what is done with a deployment's database by hand, and `listen`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.errors import DatabaseUnavailableError, NotFoundError
from paygate.operations.reconcile import reconcile
from paygate.operations.set_merchant_fee import BASIS_POINTS_MAX, set_merchant_fee
from paygate_cli.listen import listen
from paygate_local.__main__ import main
from paygate_local.problems import Problem
from paygate_local.services import Services
from paygate_local.settings import read_settings

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
DatabaseUrl = Annotated[
    str, typer.Option(envvar="PAYGATE_DATABASE_URL", help="postgresql://…; the local stack's when left out")
]


@app.callback()
def about() -> None:
    """Paygate's operators' command line."""


app.command("listen")(listen)


@app.command("reconcile")
def reconcile_books(database_url: DatabaseUrl = "") -> None:
    """Compare the ledger with the payments and refunds; exit status 1 if anything differs."""
    with _database(database_url) as database:
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
    with _database(database_url) as database:
        set_merchant_fee(database, merchant_id, basis_points)
    print(f"{merchant_id} pays {basis_points / 100:.2f} % of each capture")


@contextmanager
def _database(url: str) -> Iterator[PostgresDatabase]:
    database = PostgresDatabase(url or Services(read_settings()).database_url)
    try:
        yield database
    except NotFoundError as error:
        raise Problem(error.description.rstrip("."), "Check the id.") from error
    except DatabaseUnavailableError as error:
        raise Problem(error.description.rstrip("."), "Is it running (make up), and is the URL right?") from error
    finally:
        database.close()


if __name__ == "__main__":
    main(app)
