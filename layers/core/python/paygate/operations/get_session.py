"""Who is logged in, as the dashboard is told at login and whenever it is opened."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from paygate.domain.sessions import Session
from paygate.domain.times import iso8601


def get_session(session: Session, *, test_mode: bool) -> str:
    """The session's wire form (JSON text)."""
    told = {
        "user": {"id": session.user_id, "email": session.email, "role": session.role},
        "merchant": {"id": session.merchant_id, "name": session.merchant_name},
        "csrf_token": session.csrf_token,
        "expires_at": iso8601(datetime.fromtimestamp(session.expires_at, UTC)),
        "test_mode": test_mode,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
