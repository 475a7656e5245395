"""Webhook endpoints are changed through the real app: what is given and nothing else, and their record of failures."""

from __future__ import annotations

from typing import Any

import pytest

from paygate.operations.seed_test_merchant import TEST_ENDPOINT_ID
from tests.integration.hooks import ENDPOINT, OTHER_URL, URL, Hooks, listed, refusal

HEALTH = ("failing_since", "warned_percent", "slow_until")


@pytest.mark.parametrize(
    ("change", "also"),
    [
        ({"url": OTHER_URL}, {}),
        ({"events": ["refund.*"]}, {}),
        ({"description": "new 😀"}, {}),
        ({"description": ""}, {}),
        ({"status": "enabled"}, {}),
        ({"status": "disabled"}, {"disabled_reason": "requested"}),
        ({"url": OTHER_URL, "status": "disabled"}, {"disabled_reason": "requested"}),
        ({"url": OTHER_URL, "events": ["*", "payment.failed"], "description": "d", "status": "enabled"}, {}),
        ({"url": OTHER_URL, "events": None, "description": None, "status": None}, "given"),
    ],
)
def test_what_is_given_is_changed_and_nothing_else(hooks: Hooks, change: dict[str, Any], also: Any) -> None:
    endpoint_id = hooks.create(events=["payment.*"], description="old")["id"]
    before, others = hooks.endpoint(endpoint_id), listed(hooks)[1:]
    given = {name: value for name, value in change.items() if value is not None}
    changed = hooks.change(endpoint_id, **change)
    assert changed == {**before, **given, **(also if isinstance(also, dict) else {})}
    assert hooks.endpoint(endpoint_id) == changed
    assert listed(hooks)[1:] == others


def test_a_new_url_enables_the_endpoint_that_had_none(hooks: Hooks) -> None:
    before = hooks.endpoint(TEST_ENDPOINT_ID)
    assert (before["url"], before["status"], before["disabled_reason"]) == (None, "disabled", "no_url")
    refused = hooks.of_endpoint(f"PATCH {ENDPOINT}", TEST_ENDPOINT_ID, status="enabled")
    assert refusal(refused) == (409, "CONFLICT_ERROR", "status", "MISSING_URL")
    assert hooks.endpoint(TEST_ENDPOINT_ID) == before
    changed = hooks.change(TEST_ENDPOINT_ID, url=URL)
    assert changed == {**before, "url": URL, "status": "enabled", "disabled_reason": None}


def let_fail(hooks: Hooks, endpoint_id: str, status: str, reason: str | None) -> None:
    hooks.sql.run(
        "UPDATE webhook_endpoints SET status = :status, disabled_reason = :reason, warned_percent = 70,"
        " failing_since = now() - interval '4 days', slow_until = now() + interval '1 hour' WHERE id = :id",
        status=status,
        reason=reason,
        id=endpoint_id,
    )


@pytest.mark.parametrize("reason", ["failing", "gone", "requested"])
@pytest.mark.parametrize("change", [{"status": "enabled"}, {"url": OTHER_URL}, {"url": URL}])
def test_an_endpoint_that_is_enabled_again_starts_with_a_clean_record(
    hooks: Hooks, change: dict[str, str], reason: str
) -> None:
    endpoint_id = hooks.create()["id"]
    let_fail(hooks, endpoint_id, "disabled", reason)
    assert hooks.endpoint(endpoint_id)["failing_since"].endswith("Z")
    changed = hooks.change(endpoint_id, **change)
    assert (changed["status"], changed["disabled_reason"], changed["failing_since"]) == ("enabled", None, None)
    assert [hooks.row(endpoint_id)[name] for name in HEALTH] == [None, 0, None]


@pytest.mark.parametrize(
    ("status", "reason", "change", "clean"),
    [
        ("enabled", None, {"url": OTHER_URL}, True),
        ("enabled", None, {"url": URL}, False),
        ("enabled", None, {"status": "enabled"}, False),
        ("enabled", None, {"status": "disabled"}, False),
        ("enabled", None, {"description": "d"}, False),
        ("disabled", "gone", {"events": ["payment.*"]}, False),
        ("disabled", "gone", {"status": "disabled"}, False),
    ],
)
def test_any_other_change_leaves_the_record_unless_the_url_is_another(
    hooks: Hooks, status: str, reason: str | None, change: dict[str, Any], clean: bool
) -> None:
    endpoint_id = hooks.create()["id"]
    let_fail(hooks, endpoint_id, status, reason)
    before = hooks.row(endpoint_id)
    changed = hooks.change(endpoint_id, **change)
    kept = [None, 0, None] if clean else [before[name] for name in HEALTH]
    assert [hooks.row(endpoint_id)[name] for name in HEALTH] == kept
    expected = "requested" if change == {"status": "disabled"} and status == "enabled" else reason
    assert changed["disabled_reason"] == expected
