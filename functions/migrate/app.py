"""Run once after each deployment: brings the database's schema up to date."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from paygate.log import configure
from paygate.wiring import get_wiring


def handler(event: dict[str, Any], context: Any) -> dict[str, list[str]]:
    log = configure()
    # The migrations layer puts the SQL files beside the migration tool, in a folder without code.
    spec = find_spec("paygate_migrations")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the migrations layer is missing")
    applied = get_wiring().apply_migrations(Path(next(iter(spec.submodule_search_locations))))
    log.info("migrated", migrations=applied)
    return {"migrations": applied}
