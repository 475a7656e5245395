"""Run once after each deployment: brings the database's schema up to date."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from paygate.log import configure
from paygate.wiring import get_wiring


def handler(event: dict[str, Any], context: Any) -> dict[str, list[str]]:
    log = configure()
    # The migrations layer puts the SQL files beside the migration tool.
    applied = get_wiring().apply_migrations(Path(str(files("paygate_migrations"))))
    log.info("migrated", migrations=applied)
    return {"migrations": applied}
