from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from paygate.domain.signing import signing_key
from paygate_cli.__main__ import app
from paygate_cli.listen import listen_secret, state_path
from paygate_cli.listen_gateway import ListedEvent, _read_event, iso
from paygate_cli.listen_loop import backoff, wanted
from paygate_cli.listen_options import start_time
from paygate_cli.listen_state import ListenState, UnusableState, only_one
from paygate_local.problems import Problem

NOW = datetime(2026, 11, 23, 8, 0, 0, 123456, UTC)
ROW = {"id": "evt_1", "type": "payment.success", "sequence": 1, "payment_id": "pay_1", "created_at": iso(NOW)}


def event(id: str, at: datetime = NOW) -> ListedEvent:
    return ListedEvent(id, "payment.success", 1, "pay_1", at, b"{}")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": "300", "NO_COLOR": "1"}).invoke(app, ["listen", *arguments])
    return result.exit_code, result.output


def test_a_key_has_one_secret_of_32_bytes_that_the_key_and_its_secret_make() -> None:
    secret = listen_secret("key_a", "secret_a")
    expected = hmac.new(b"secret_a", b"paygate listen key_a", "sha256").digest()
    assert secret == "whsec_" + base64.b64encode(expected).decode()
    assert signing_key(secret) == expected
    assert len({secret, listen_secret("key_b", "secret_a"), listen_secret("key_a", "secret_b")}) == 3


def test_print_secret_prints_that_and_nothing_else() -> None:
    assert run("--print-secret", "--api-key=key_a", "--api-secret=b") == (0, listen_secret("key_a", "b") + "\n")
    assert run("--print-secret", "--secret=whsec_own") == (0, "whsec_own\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Invalid value for '--forward-to': Say where to"),
        (["--forward-to", "localhost:9000"], "'localhost:9000' is no"),
        (["--forward-to", "ftp://localhost/"], "'ftp://localhost/' is no http or https URL."),
        (["--forward-to", "http://localhost:99999/"], "'http://localhost:99999/' is no URL."),
        (["--forward-to", "http://[::1/"], "is no URL."),
        (["--forward-to", ""], "'' is no URL."),
        (["--url", "nowhere"], "'nowhere' is no URL."),
        (["--secret", "abc"], "A signing secret begins with whsec_."),
        (["--secret", "whsec_"], "A signing secret begins with whsec_."),
        (["--api-key", "a\nb"], "Only printable ASCII"),
        (["--api-secret", "pässword"], "Only printable ASCII"),
        (["--since", "yesterday"], "'yesterday' is neither 'all', 'now' nor a time"),
        (["--interval", "0.1"], "Invalid value for '--interval'"),
        (["--interval", "61"], "Invalid value for '--interval'"),
        (["--forward-to", "http://localhost:1", "--events", "payment"], "'payment' is neither '*', 'payment.*' nor"),
        (["--forward-to", "http://localhost:1", "--events", "a.b,,c.d"], "'' is neither"),
    ],
)
def test_an_option_that_cannot_be_used_is_a_usage_error(arguments: list[str], words: str) -> None:
    status, output = run(*arguments)
    assert status == 2
    assert words in output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all", "1970-01-01T00:00:00.000Z"),
        ("0001-01-01T00:00Z", "1970-01-01T00:00:00.000Z"),
        ("2026-11-23T08:00:00.123Z", "2026-11-23T08:00:00.123Z"),
        ("2026-11-23T08:00+05:30", "2026-11-23T02:30:00.000Z"),
        ("2026-11-23T08:00", iso(datetime(2026, 11, 23, 8).astimezone())),
    ],
)
def test_start_times(text: str, expected: str) -> None:
    assert iso(start_time(text)) == expected


def test_now_is_a_start_time() -> None:
    before = datetime.now(UTC)
    assert before <= start_time("now") <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("patterns", "type", "expected"),
    [
        (["*"], "payment.success", True),
        (["payment.*"], "payment.success", True),
        (["payment.*"], "payments.success", False),
        (["payment.*"], "refund.failed", False),
        (["refund.failed", "payment.failed"], "payment.failed", True),
        (["payment.fail"], "payment.failed", False),
    ],
)
def test_patterns(patterns: list[str], type: str, expected: bool) -> None:
    assert wanted(type, patterns) is expected


def test_backoff_doubles_up_to_half_a_minute() -> None:
    assert [backoff(tries) for tries in (1, 2, 3, 4, 5, 6, 7, 10_000)] == [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize(
    "text",
    [
        '{"a":"Zoë ₹ \u2028\u2029 🎉","b":[1,null,true,{}]}',
        '{"z":"\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f","a":"\\ud800"}',
    ],
)
def test_a_body_is_written_as_json_stringify_writes_it(text: str) -> None:
    escaped = json.dumps(json.loads(text))  # as some JSON library on the way may write it
    assert _read_event({**ROW, "body": json.loads(escaped)}).body == text.encode()


def test_state_survives_and_reading_begins_a_minute_before_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.json"
    state = ListenState(path, NOW)
    assert state.since == NOW.replace(microsecond=123_000)
    late = event("evt_2", NOW + timedelta(seconds=90))
    state.done(event("evt_1"))
    state.done(late)
    state.done(event("evt_3", NOW + timedelta(seconds=45)))
    state.save()
    again = ListenState.load(path)
    assert again is not None
    assert again.since == NOW.replace(microsecond=123_000) + timedelta(seconds=30)
    assert [again.is_done(event(name)) for name in ("evt_1", "evt_2", "evt_3")] == [False, True, True]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["state.json"]


def test_an_event_of_the_first_millisecond_is_remembered(tmp_path: Path) -> None:
    state = ListenState(tmp_path / "state.json", NOW)
    listed = _read_event({**ROW, "body": {}})
    state.done(listed)
    state.save()
    assert state.is_done(listed)


def test_there_is_no_state_before_the_first_start(tmp_path: Path) -> None:
    assert ListenState.load(tmp_path / "state.json") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"floor": "2026-11-23T08:00:00Z", "newest": null, "done": []}',
        '{"floor": "2026-11-23T08:00:00", "newest": null, "done": {}}',
        '{"floor": 5, "newest": null, "done": {}}',
        '{"floor": "2026-11-23T08:00:00Z", "newest": null, "done": {"evt_1": 0}}',
        "\xff",
    ],
)
def test_a_file_that_holds_no_state_is_told_from_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UnusableState):
        ListenState.load(path)


def test_a_state_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "listen").write_text("a file where the directory would be")
    path = tmp_path / "listen" / "state.json"
    with pytest.raises(Problem, match="cannot be written"):
        ListenState(path, NOW).save(always=True)
    with pytest.raises(Problem, match="cannot be used"), only_one(path):
        pass


def test_each_way_of_forwarding_has_a_file_of_its_own(tmp_path: Path) -> None:
    paths = {
        state_path(tmp_path, *each)
        for each in (("a", "b", "c"), ("x", "b", "c"), ("a", "x", "c"), ("a", "b", "x"), ("ab", "", "c"))
    }
    assert len(paths) == 5
    assert {path.parent for path in paths} == {tmp_path / "listen"}
