"""What the books say: balances, journals and the day's settlement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib.view import Call, endpoint
from paygate.operations.answer_once import Answer
from paygate.operations.get_settlements import as_csv, as_json, get_settlements, list_settlements
from paygate.operations.list_ledger import JournalFilter, list_ledger

if TYPE_CHECKING:
    from chalicelib.schemas.ledger import GetSettlementsQuery, ListLedgerQuery, ListSettlementsQuery

routes = Blueprint(__name__)


@endpoint(routes, "GET /balance", summary="Each account's balance, by currency", response="BalanceList")
def get_balance(call: Call) -> str:
    (row,) = call.wiring.database.run("get_balance", merchant_id=call.merchant_id)
    return str(row["body"])


@endpoint(
    routes,
    "GET /ledger",
    summary="List journals, newest first",
    response="JournalList",
    query="ledger.ListLedgerQuery",
)
def list_all(call: Call) -> str:
    query: ListLedgerQuery = call.query
    wanted = JournalFilter(query.payment_id, query.refund_id)
    return list_ledger(call.wiring.database, call.merchant_id, query.page(), wanted)


@endpoint(
    routes,
    "GET /settlements",
    summary="What was booked on one day, by currency, as JSON or CSV",
    response="SettlementList",
    query="ledger.GetSettlementsQuery",
)
def get_settlement(call: Call) -> str | Answer:
    query: GetSettlementsQuery = call.query
    return _in_format(query.format, get_settlements(call.wiring.database, call.merchant_id, query.date))


@endpoint(
    routes,
    "GET /settlements/days",
    summary="What was booked on each of several days, by currency, newest first, as JSON or CSV",
    response="SettlementList",
    query="ledger.ListSettlementsQuery",
)
def list_days(call: Call) -> str | Answer:
    query: ListSettlementsQuery = call.query
    rows = list_settlements(call.wiring.database, call.merchant_id, query.from_date, query.to_date)
    return _in_format(query.format, rows)


def _in_format(name: str, rows: list[dict[str, Any]]) -> str | Answer:
    if name == "csv":
        return Answer(200, as_csv(rows), content_type="text/csv; charset=utf-8")
    return as_json(rows)
