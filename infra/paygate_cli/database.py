"""The database that a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.domain.errors import BadRequestError, ConflictError, DatabaseUnavailableError, NotFoundError
from paygate_local.problems import Problem
from paygate_local.services import Services
from paygate_local.settings import read_settings

DatabaseUrl = Annotated[
    str, typer.Option(envvar="PAYGATE_DATABASE_URL", help="postgresql://…; the local stack's when left out")
]


@contextmanager
def open_database(url: str) -> Iterator[PostgresDatabase]:
    """The database at `url`, or the local stack's. Raises Problem for what an operation refuses."""
    database = PostgresDatabase(url or Services(read_settings()).database_url)
    try:
        yield database
    except NotFoundError as error:
        raise Problem(error.description.rstrip("."), f"Check the {error.field or 'id'}.") from error
    except (BadRequestError, ConflictError) as error:
        raise Problem(error.description.rstrip("."), "Nothing was changed.") from error
    except DatabaseUnavailableError as error:
        raise Problem(error.description.rstrip("."), "Is it running (make up), and is the URL right?") from error
    finally:
        database.close()
