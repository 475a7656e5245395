"""Card payments through the app: what is accepted, what is stored, and that no line of the log shows a card."""

from __future__ import annotations

import json
import logging
from hashlib import sha256
from typing import Any

import pytest

from paygate.domain.errors import ConflictError, DatabaseUnavailableError
from tests.unit.api.conftest import CREDENTIALS, Call, FakeWiring, with_key
from tests.unit.fakes import Answer

NUMBER = "4242424242424242"
CVV = "987"
HOLDER = "Asha Rao-Müller"
CARD = {"number": NUMBER, "expiry_month": 12, "expiry_year": 2040, "cvv": CVV, "holder_name": HOLDER}
STORED = [{"body": '{"id":"pay_1"}', "order_status": "created", "delivery_ids": None}]


def payment(**changes: Any) -> str:
    return json.dumps({"order_id": "order_1", "method": "card", "card": {**CARD, **changes}})


@pytest.fixture(autouse=True)
def answers(wiring: FakeWiring) -> None:
    wiring.database.answers["create_payment"] = STORED


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="as it is"),
        pytest.param({"number": "4242 4242 4242 4242"}, id="spaces"),
        pytest.param({"number": "4242-4242-4242-4242"}, id="hyphens"),
        pytest.param({"expiry_month": "12", "expiry_year": "2040"}, id="text"),
        pytest.param({"expiry_year": 40}, id="two-digit year"),
        pytest.param({"expiry_year": "40"}, id="two-digit year as text"),
        pytest.param({"holder_name": None}, id="no holder"),
    ],
)
def test_a_card_is_taken_as_shoppers_type_it(call: Call, wiring: FakeWiring, changes: dict[str, Any]) -> None:
    assert call("POST /payments", payment(**changes)).status == 201
    stored = wiring.database.parameters("create_payment")
    assert {name: value for name, value in stored.items() if name.startswith("card_") and "print" not in name} == {
        "card_network": "visa",
        "card_last4": "4242",
        "card_expiry_month": 12,
        "card_expiry_year": 2040,
    }
    assert (stored["method"], stored["vpa"]) == ("card", None)
    (card,) = wiring.card_vault.cards.values()
    assert (card.number, card.cvv, card.holder_name) == (NUMBER, CVV, changes.get("holder_name", HOLDER))
    assert list(wiring.card_vault.cards) == [stored["payment_id"]]


def test_a_month_may_have_a_leading_zero(call: Call, wiring: FakeWiring) -> None:
    assert call("POST /payments", payment(expiry_month="01")).status == 201
    assert wiring.database.parameters("create_payment")["card_expiry_month"] == 1


def test_the_database_gets_nothing_that_tells_number_or_code(call: Call, wiring: FakeWiring) -> None:
    assert call("POST /payments", payment(), headers=with_key("k1")).status == 201
    given = wiring.database.parameters("create_payment")
    assert not [name for name, value in given.items() for secret in (NUMBER, HOLDER) if secret in str(value)]
    # Ids and hashes may hold any three digits.
    spoken = [value for name, value in given.items() if not name.endswith(("_id", "fingerprint"))]
    assert not [value for value in spoken if CVV in str(value)]
    assert given["card_fingerprint"] != sha256(NUMBER.encode()).hexdigest()


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"number": "4242424242424241"}, "card.number", "INVALID_CARD"),
        ({"number": "3530111333300000"}, "card.number", "INVALID_CARD"),
        ({"number": "4242"}, "card.number", "INVALID_CARD"),
        ({"expiry_month": 13}, "card.expiry_month", "INVALID_EXPIRY"),
        ({"expiry_year": 2020}, "card.expiry_year", "EXPIRED_CARD"),
        ({"cvv": "1234"}, "card.cvv", "INVALID_CVV"),
        ({"cvv": "12x"}, "card.cvv", "INVALID_CVV"),
        ({"expiry_month": "1e1"}, "card.expiry_month", "INVALID_VALUE"),
        ({"expiry_month": "+1"}, "card.expiry_month", "INVALID_VALUE"),
        ({"expiry_month": ""}, "card.expiry_month", "INVALID_VALUE"),
        ({"expiry_month": True}, "card.expiry_month", "INVALID_VALUE"),
        ({"expiry_month": 1.5}, "card.expiry_month", "INVALID_VALUE"),
        ({"expiry_year": "20400"}, "card.expiry_year", "INVALID_VALUE"),
        ({"expiry_year": "٢٠٤٠"}, "card.expiry_year", "INVALID_VALUE"),
        ({"number": int(NUMBER)}, "card.number", "INVALID_VALUE"),
        ({"number": NUMBER * 3}, "card.number", "INVALID_VALUE"),
        ({"cvv": 987}, "card.cvv", "INVALID_VALUE"),
        ({"cvv": ""}, "card.cvv", "INVALID_VALUE"),
        ({"holder_name": "a\x00b"}, "card.holder_name", "INVALID_VALUE"),
        ({"name": HOLDER}, "card.name", "UNKNOWN_FIELD"),
    ],
)
def test_a_card_that_breaks_a_rule_is_refused_by_its_field_without_being_shown(
    call: Call,
    wiring: FakeWiring,
    log_records: list[logging.LogRecord],
    changes: dict[str, Any],
    field: str,
    reason: str,
) -> None:
    wiring.database.answers["find_idempotent_reply"] = []
    answer = call("POST /payments", payment(**changes), headers=with_key("k1"))
    assert (answer.status, answer.error["code"]) == (400, "BAD_REQUEST_ERROR")
    assert (answer.error["field"], answer.error["reason"]) == (field, reason)
    assert set(wiring.database.names) <= {"find_idempotent_reply"}
    assert wiring.card_vault.cards == {}
    given = [str(value) for value in {**CARD, **changes}.values() if len(str(value)) > 2]
    shown = repr(answer.error) + printed(log_records)
    assert not [value for value in given if value in shown]


@pytest.mark.parametrize("field", ["number", "expiry_month", "expiry_year", "cvv"])
def test_each_part_of_a_card_but_the_holder_is_required(call: Call, field: str) -> None:
    card = {name: value for name, value in CARD.items() if name != field}
    answer = call("POST /payments", json.dumps({"order_id": "order_1", "method": "card", "card": card}))
    assert (answer.status, answer.error["field"], answer.error["reason"]) == (400, f"card.{field}", "MISSING_FIELD")


def test_without_a_vault_a_card_payment_is_unavailable_and_leaves_nothing(call: Call, wiring: FakeWiring) -> None:
    wiring.card_vault.down = True
    wiring.database.answers["find_idempotent_reply"] = []
    answer = call("POST /payments", payment(), headers=with_key("k1"))
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert wiring.database.names == ["find_idempotent_reply"]
    assert len(wiring.gate.released) == 1


def test_a_payment_that_may_have_been_stored_keeps_its_card(call: Call, wiring: FakeWiring) -> None:
    wiring.database.answers["create_payment"] = DatabaseUnavailableError("The connection broke.")
    assert call("POST /payments", payment()).status == 503
    assert len(wiring.card_vault.cards) == 1


@pytest.mark.parametrize(
    ("result", "status"),
    [
        pytest.param(STORED, 201, id="created"),
        pytest.param([], 404, id="no order"),
        pytest.param(ConflictError("no"), 409, id="conflict"),
        pytest.param(DatabaseUnavailableError("no"), 503, id="unavailable"),
        pytest.param(RuntimeError("a mistake of ours"), 500, id="a mistake of ours"),
    ],
)
def test_no_line_of_the_log_shows_card_or_credentials(
    call: Call, wiring: FakeWiring, log_records: list[logging.LogRecord], result: Answer, status: int
) -> None:
    wiring.database.answers |= {"create_payment": result, "store_idempotent_reply": [{"key": "k1"}]}
    assert call("POST /payments", payment(), headers=with_key("k1")).status == status
    lines = printed(log_records)
    assert '"route":"POST /v1/payments"' in lines
    secrets = (NUMBER, NUMBER[:6], CVV, HOLDER, "Asha", "2040", CREDENTIALS["X-Api-Secret"])
    assert not [secret for secret in secrets if secret in lines]


def test_a_mistake_that_speaks_of_the_request_still_shows_no_card(
    call: Call, wiring: FakeWiring, log_records: list[logging.LogRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    def put(payment_id: str, card: object) -> None:
        raise TypeError(f"cannot handle {card!r}")

    monkeypatch.setattr(wiring.card_vault, "put", put)
    assert call("POST /payments", payment()).status == 500
    lines = printed(log_records)
    assert "cannot handle Card(" in lines
    assert not [secret for secret in (NUMBER, NUMBER[-4:], CVV, HOLDER) if secret in lines]


def printed(records: list[logging.LogRecord]) -> str:
    """The lines as Lambda's log gets them; request ids are random, so they are left out."""
    (formatter,) = {handler.formatter for handler in logging.getLogger("paygate").handlers if handler.formatter}
    lines = []
    for record in records:
        line = json.loads(formatter.format(record))
        for random in ("request_id", "timestamp", "duration_ms"):
            line.pop(random, None)
        lines.append(json.dumps(line, separators=(",", ":"), ensure_ascii=False))
    return "\n".join(lines)
