"""CloudWatch Logs: the lines of the api function's requests."""

from __future__ import annotations

from typing import Any

from paygate.adapters.aws_json import AwsCallError, AwsJsonClient
from paygate.domain.errors import LogUnavailableError
from paygate.domain.request_log import FAILED_FROM, MESSAGE, LogPage, RequestFilter

# Of a page; CloudWatch Logs ends one before that at a megabyte.
EVENTS_MAX = 2_000


class CloudWatchRequestLog:
    """One log group. The pattern is only there to spare lines the journey: LocalStack takes no notice of it, so whoever
    asks judges each line himself.
    """

    def __init__(self, client: AwsJsonClient, group: str) -> None:
        self._client = client
        self._group = group

    def read(self, wanted: RequestFilter, start_ms: int, end_ms: int, token: str | None) -> LogPage:
        """Lines from `start_ms` until before `end_ms`, oldest first, a page at a time. Raises LogUnavailableError."""
        parameters: dict[str, Any] = {
            "logGroupName": self._group,
            "startTime": start_ms,
            "endTime": end_ms - 1,  # which is included
            "filterPattern": _pattern(wanted),
            "limit": EVENTS_MAX,
            "interleaved": True,  # LocalStack sorts only then
        }
        if token is not None:
            parameters["nextToken"] = token
        try:
            answer = self._client.call("FilterLogEvents", parameters)
        except AwsCallError as error:
            if error.code == "ResourceNotFoundException":
                return LogPage([], None)  # no function has written to the group yet
            raise LogUnavailableError(f"CloudWatch Logs did not answer ({error.code}).") from error
        events = answer.get("events") or []
        lines = [(int(event["timestamp"]), str(event["message"])) for event in events]
        return LogPage(lines, answer.get("nextToken"), full=len(lines) >= EVENTS_MAX)


def _pattern(wanted: RequestFilter) -> str:
    # Ids have no character that the pattern would have to escape.
    terms = [f'$.message = "{MESSAGE}"', f'$.merchant_id = "{wanted.merchant_id}"', "$.user_id NOT EXISTS"]
    if wanted.request_id is not None:
        terms.append(f'$.request_id = "{wanted.request_id}"')
    if wanted.failed is not None:
        terms.append(f"$.status {'>=' if wanted.failed else '<'} {FAILED_FROM}")
    return "{ " + " && ".join(f"({term})" for term in terms) + " }"
