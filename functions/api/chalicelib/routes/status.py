"""Health, and what test mode tells about the background work. No credentials: nothing here belongs to a merchant."""

from __future__ import annotations

import json
from collections.abc import Callable

from chalice.app import Blueprint

from chalicelib.view import Call, endpoint
from paygate.domain.errors import NotFoundError
from paygate.operations.answer_once import Answer
from paygate.operations.check_health import check_health
from paygate.operations.get_job_status import get_job_status
from paygate.operations.seed_test_merchant import TEST_EMAIL

routes = Blueprint(__name__)


@endpoint(routes, "GET /health", summary="Whether database and Redis answer", response="Health", access="public")
def get_health(call: Call) -> Answer:
    return _health({"database": lambda: call.wiring.database.run("ping"), "redis": lambda: call.wiring.redis.ping()})


@endpoint(routes, "GET /health/db", summary="Whether the database answers", response="Health", access="public")
def get_database_health(call: Call) -> Answer:
    return _health({"database": lambda: call.wiring.database.run("ping")})


@endpoint(routes, "GET /health/redis", summary="Whether Redis answers", response="Health", access="public")
def get_redis_health(call: Call) -> Answer:
    return _health({"redis": lambda: call.wiring.redis.ping()})


@endpoint(routes, "GET /test/jobs/status", summary="Background work (test mode)", response="JobStatus", access="public")
def get_jobs(call: Call) -> str:
    wiring = _in_test_mode(call).wiring
    queues = (wiring.payments_queue, wiring.refunds_queue, wiring.webhooks_queue, wiring.slow_webhooks_queue)
    return json.dumps(get_job_status(wiring.database, queues, wiring.dead_letter_queues), separators=(",", ":"))


@endpoint(routes, "GET /test/merchant", summary="The test merchant (test mode)", response="Merchant", access="public")
def get_test_merchant(call: Call) -> str:
    rows = _in_test_mode(call).wiring.database.run("get_merchant", email=TEST_EMAIL)
    if not rows:
        raise NotFoundError("The test merchant has not been made; run make up.")
    return str(rows[0]["body"])


def _in_test_mode(call: Call) -> Call:
    if not call.wiring.config.test_mode:
        raise NotFoundError("This route exists in test mode only.")
    return call


def _health(parts: dict[str, Callable[[], object]]) -> Answer:
    healthy, report = check_health(parts)
    return Answer(200 if healthy else 503, json.dumps(report, separators=(",", ":")))
