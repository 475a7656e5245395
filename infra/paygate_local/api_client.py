"""The API as the test merchant calls it."""

from __future__ import annotations

from typing import Any

import requests

from paygate.operations.seed_test_merchant import TEST_KEY_ID, TEST_KEY_SECRET
from paygate_local.problems import Problem
from paygate_local.settings import StackSettings

TIMEOUT_SECONDS = 30


class ApiClient:
    """Calls with the test merchant's credentials; anything but success is a Problem."""

    def __init__(self, settings: StackSettings) -> None:
        self._base = f"{settings.url}/api/v1"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.update({"X-Api-Key": TEST_KEY_ID, "X-Api-Secret": TEST_KEY_SECRET})

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = self._session.request(method, self._base + path, json=body, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            raise Problem(f"The API does not answer ({type(error).__name__})", "Run make up first.") from error
        if not answer.ok:
            raise Problem(f"{method} {path} answered {answer.status_code} {answer.text[:200]}", "See make logs.")
        result: dict[str, Any] = answer.json()
        return result
