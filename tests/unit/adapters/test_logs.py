from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from paygate.adapters.aws_json import LOGS, AwsCallError, AwsJsonClient
from paygate.adapters.logs import EVENTS_MAX, CloudWatchRequestLog
from paygate.config import AwsCredentials
from paygate.domain.errors import LogUnavailableError
from paygate.domain.request_log import LogPage, RequestFilter


class FakeClient(AwsJsonClient):
    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        super().__init__(LOGS, "r", AwsCredentials("", "", ""), endpoint_url="", timeout_seconds=1)
        self.answer = answer
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    def call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.calls.append((operation, parameters))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        (RequestFilter("m_1"), ""),
        (RequestFilter("m_1", request_id="req_1"), ' && ($.request_id = "req_1")'),
        (RequestFilter("m_1", failed=True), " && ($.status >= 400)"),
        (RequestFilter("m_1", failed=False), " && ($.status < 400)"),
    ],
)
def test_a_search_is_of_one_group_and_span_and_of_one_merchant(wanted: RequestFilter, more: str) -> None:
    client = FakeClient({"events": [{"timestamp": 5, "message": "line"}], "nextToken": "t"})
    assert CloudWatchRequestLog(client, "group").read(wanted, 1, 9, None) == LogPage([(5, "line")], "t")
    mine = '($.message = "request") && ($.merchant_id = "m_1") && ($.user_id NOT EXISTS)'
    parameters = {
        "logGroupName": "group",
        "startTime": 1,
        "endTime": 8,
        "filterPattern": f"{{ {mine}{more} }}",
        "limit": EVENTS_MAX,
        "interleaved": True,
    }
    assert client.calls == [("FilterLogEvents", parameters)]


def test_a_search_goes_on_by_its_token_and_a_full_page_says_so() -> None:
    client = FakeClient({"events": [{"timestamp": 5, "message": "line"}] * EVENTS_MAX})
    page = CloudWatchRequestLog(client, "group").read(RequestFilter("m_1"), 1, 9, "t")
    assert (len(page.lines), page.token, page.full) == (EVENTS_MAX, None, True)
    assert client.calls[0][1]["nextToken"] == "t"


def test_a_group_that_is_not_there_yet_has_no_lines() -> None:
    client = FakeClient(AwsCallError("ResourceNotFoundException", "", 400))
    assert CloudWatchRequestLog(client, "group").read(RequestFilter("m_1"), 1, 9, None) == LogPage([], None)


def test_any_other_refusal_is_unavailable() -> None:
    client = FakeClient(AwsCallError("ThrottlingException", "", 400))
    with pytest.raises(LogUnavailableError, match="ThrottlingException"):
        CloudWatchRequestLog(client, "group").read(RequestFilter("m_1"), 1, 9, None)
