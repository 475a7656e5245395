from __future__ import annotations

from collections.abc import Sequence

import pytest

from paygate.domain.errors import AddressRefusedError, BadRequestError, ConflictError, NotFoundError
from paygate.operations.create_webhook_endpoint import UrlCheck
from paygate.operations.update_webhook_endpoint import EndpointChange, update_webhook_endpoint
from tests.unit.fakes import FakeDatabase, Rows

BODY = '{"id":"whe_1"}'
URL = "https://shop.example/hooks"


class FakeGuard:
    def __init__(self, error: AddressRefusedError | None = None) -> None:
        self.error = error
        self.asked: list[tuple[str, int]] = []

    def __call__(self, host: str, port: int) -> str:
        self.asked.append((host, port))
        if self.error:
            raise self.error
        return "93.184.216.34"


def update(
    database: FakeDatabase,
    guard: FakeGuard,
    *,
    url: str | None = None,
    status: str | None = None,
    events: Sequence[str] | None = None,
    description: str | None = None,
    allow_http: bool = False,
) -> str:
    change = EndpointChange(url, status, events, description)
    return update_webhook_endpoint(database, UrlCheck(guard, allow_http), "merchant_1", "whe_1", change)


def answering(rows: Rows) -> FakeDatabase:
    return FakeDatabase(update_webhook_endpoint=rows)


@pytest.mark.parametrize(
    ("url", "status", "stored_status"),
    [
        (URL, None, "enabled"),
        (URL, "enabled", "enabled"),
        (URL, "disabled", "disabled"),
        (None, "enabled", "enabled"),
        (None, "disabled", "disabled"),
    ],
)
def test_what_is_given_is_changed_and_a_new_url_enables(
    url: str | None, status: str | None, stored_status: str
) -> None:
    database = answering([{"body": BODY}])
    assert update(database, FakeGuard(), url=url, status=status) == BODY
    assert database.parameters("update_webhook_endpoint") == {
        "endpoint_id": "whe_1",
        "merchant_id": "merchant_1",
        "url": url,
        "status": stored_status,
        "events": None,
        "description": None,
    }


@pytest.mark.parametrize(
    ("events", "description"),
    [(("payment.*", "refund.failed"), None), (None, "the shop"), (None, ""), (("*",), "both")],
)
def test_events_and_description_are_changed_without_touching_the_status(
    events: Sequence[str] | None, description: str | None
) -> None:
    database, guard = answering([{"body": BODY}]), FakeGuard()
    assert update(database, guard, events=events, description=description) == BODY
    assert database.parameters("update_webhook_endpoint") == {
        "endpoint_id": "whe_1",
        "merchant_id": "merchant_1",
        "url": None,
        "status": None,
        "events": None if events is None else list(events),
        "description": description,
    }
    assert guard.asked == []


@pytest.mark.parametrize(
    ("url", "allow_http", "host", "port"),
    [
        (URL, False, "shop.example", 443),
        ("https://shop.example:8443/", False, "shop.example", 8443),
        ("http://localhost/", True, "localhost", 80),
        ("http://localhost:8080/", True, "localhost", 8080),
        ("https://[2606:4700::1111]/", False, "2606:4700::1111", 443),
    ],
)
def test_the_guard_is_asked_about_the_host_and_port(url: str, allow_http: bool, host: str, port: int) -> None:
    guard = FakeGuard()
    update(answering([{"body": BODY}]), guard, url=url, allow_http=allow_http)
    assert guard.asked == [(host, port)]


def test_an_address_that_the_guard_refuses_is_not_stored() -> None:
    database = answering([{"body": BODY}])
    with pytest.raises(AddressRefusedError):
        update(database, FakeGuard(AddressRefusedError("no")), url=URL)
    assert database.calls == []


def test_a_url_that_breaks_a_rule_is_not_stored() -> None:
    database, guard = answering([{"body": BODY}]), FakeGuard()
    with pytest.raises(BadRequestError, match="must begin with https://"):
        update(database, guard, url="http://shop.example/")
    assert (database.calls, guard.asked) == ([], [])


def test_a_change_of_nothing_is_refused() -> None:
    database = answering([{"body": BODY}])
    with pytest.raises(BadRequestError) as raised:
        update(database, FakeGuard())
    assert (raised.value.field, raised.value.reason) == ("url", "MISSING_FIELD")
    assert database.calls == []


def test_an_endpoint_that_the_merchant_does_not_have_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        update(answering([]), FakeGuard(), url=URL)


def test_enabling_an_endpoint_without_a_url_is_a_conflict() -> None:
    with pytest.raises(ConflictError) as raised:
        update(answering([{"body": None}]), FakeGuard(), status="enabled")
    assert (raised.value.field, raised.value.reason) == ("status", "MISSING_URL")
