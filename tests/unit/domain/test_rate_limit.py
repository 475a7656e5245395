from __future__ import annotations

import pytest

from paygate.domain.rate_limit import RateLimit


def test_a_request_that_may_go_on_is_told_policy_rest_and_reset() -> None:
    assert RateLimit(limit_per_second=100, remaining=42, full_after_seconds=1).headers() == {
        "RateLimit-Policy": '"default";q=100;w=1',
        "RateLimit": '"default";r=42;t=1',
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": "42",
        "X-RateLimit-Reset": "1",
    }


def test_a_request_that_came_too_early_is_told_when_to_come_again_as_well() -> None:
    told = RateLimit(limit_per_second=5, remaining=0, full_after_seconds=1, wait_seconds=2).headers()
    assert (told["Retry-After"], told["RateLimit"], told["X-RateLimit-Remaining"]) == ("2", '"default";r=0;t=1', "0")


@pytest.mark.parametrize("wait_seconds", [0, 1, 30])
def test_retry_after_is_there_only_when_there_is_something_to_wait_for(wait_seconds: int) -> None:
    told = RateLimit(1, 0, 1, wait_seconds).headers()
    assert told.get("Retry-After") == (str(wait_seconds) if wait_seconds else None)
