"""The secrets of one local stack: made once at random, kept in its home, readable by its owner alone."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

FILE_NAME = "secrets.json"
PASSWORD_BYTES = 15


@dataclass(frozen=True)
class StackSecrets:
    """They must outlive LocalStack, which forgets everything: what Postgres holds is encrypted and hashed with them."""

    master_key: str
    postgres_password: str
    valkey_password: str
    dashboard_password: str


def load_secrets(home: Path) -> StackSecrets:
    """The stack's secrets, made if there are none yet; a stack from before there was one of them gets it now."""
    path = home / FILE_NAME
    kept = json.loads(path.read_text()) if path.exists() else {}
    fresh = StackSecrets(
        secrets.token_hex(32), secrets.token_hex(16), secrets.token_hex(16), secrets.token_urlsafe(PASSWORD_BYTES)
    )
    loaded = replace(fresh, **kept)
    if asdict(loaded) != kept:
        home.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(loaded)))
    return loaded
