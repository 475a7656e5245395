"""Which modules a function loads at its cold start: asserted by name, in a process of its own, never by time."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from paygate_local.settings import ROOT

# Each of these costs tens to hundreds of milliseconds; a function loads it when it first needs it, or never.
# Powertools imports the bare package botocore, which loads nothing else; its session is what costs.
AWS = {"boto3", "botocore.session", "aws_xray_sdk"}
DATABASE = {"pg8000"}
LATE = {"redis", "requests", "urllib3", "cryptography", "asyncpg", "pogo_core"}
NEVER = AWS | {"aws_lambda_powertools.utilities.parser", "aws_lambda_powertools.utilities.idempotency", "chalice.cli"}


def modules_after(function: str, module: str) -> set[str]:
    """Every module that is loaded once the function's module is imported."""
    return modules_after_running(function, f"import {module}")


def modules_after_running(function: str, code: str) -> set[str]:
    """Every module that is loaded once these lines have run."""
    code = f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{ROOT}/functions/{function}:{ROOT}/layers/core/python", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(json.loads(result.stdout))


@pytest.mark.parametrize(
    ("function", "forbidden"),
    [
        ("api", NEVER | LATE | DATABASE | {"aws_lambda_powertools.utilities.batch"}),
        ("process_payments", NEVER | LATE | DATABASE | {"chalice"}),
        ("deliver_webhooks", NEVER | LATE | DATABASE | {"chalice"}),
        (
            "retry_webhook",
            NEVER | LATE | DATABASE | {"chalice", "pydantic", "aws_lambda_powertools.utilities.batch"},
        ),
        ("sweep", NEVER | LATE | DATABASE | {"chalice", "pydantic", "aws_lambda_powertools.utilities.batch"}),
        ("migrate", NEVER | LATE | DATABASE | {"chalice", "pydantic", "aws_lambda_powertools.utilities.batch"}),
    ],
)
def test_a_cold_start_loads_nothing_that_its_first_request_may_not_need(function: str, forbidden: set[str]) -> None:
    assert modules_after(function, "app") & forbidden == set()


@pytest.mark.parametrize(
    "modules",
    [
        "app, chalicelib.schemas.webhooks",
        "app, chalicelib.schemas.webhook_endpoints, paygate.adapters.ssrf",
    ],
    ids=["a look at the webhook log", "a change of an endpoint"],
)
def test_no_route_about_webhooks_loads_what_sends_them(modules: str) -> None:
    sending = {"requests", "urllib3", "paygate.adapters.webhook_http", "paygate.operations.delivering"}
    assert modules_after("api", modules) & (NEVER | DATABASE | sending) == set()


@pytest.mark.parametrize(
    ("paid_by", "draws"),
    [
        ({"method": "upi", "payee_name": "Asha"}, True),
        ({"method": "upi", "vpa": "user@paytm"}, False),
        ({"method": "card"}, False),
    ],
    ids=["a link", "a VPA", "a card"],
)
def test_codes_are_drawn_for_payments_by_link_alone(paid_by: dict[str, str], draws: bool) -> None:
    payment = {"id": "pay_1", "order_id": "order_1", "amount": 100, "currency": "INR", "status": "pending", **paid_by}
    environ = {"MASTER_KEY_SECRET_ID": "a", "CONNECTIONS_SECRET_ID": "b"}
    code = (
        "import app, chalicelib.schemas.checkout\n"
        "from chalicelib.routes.checkout import show\n"
        "from paygate.config import read_config\n"
        "from paygate.wiring import Wiring\n"
        f"show(Wiring(read_config({environ!r})), {json.dumps(payment)!r})"
    )
    loaded = modules_after_running("api", code)
    assert ("segno" in loaded) is draws
    assert loaded & (NEVER | LATE | DATABASE) == set()


def test_no_other_route_of_the_checkout_draws_codes() -> None:
    assert "segno" not in modules_after("api", "app, chalicelib.schemas.checkout, chalicelib.schemas.merchant")


def test_only_a_login_loads_what_compares_passwords() -> None:
    slow = {"paygate.domain.passwords", "paygate.operations.log_in"}
    others = "app, chalicelib.schemas.api_keys, chalicelib.schemas.payments, paygate.operations.sessions"
    assert modules_after("api", others) & slow == set()
    login = modules_after("api", "app, chalicelib.schemas.auth, paygate.operations.log_in")
    assert login & (NEVER | LATE | DATABASE) == set()
    assert slow <= login


def test_domain_modules_load_the_standard_library_alone() -> None:
    names = ",".join(
        f"paygate.domain.{path.stem}" for path in (ROOT / "layers/core/python/paygate/domain").glob("*.py")
    )
    loaded = modules_after("api", names.replace("paygate.domain.__init__", "paygate.domain"))
    foreign = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names - {"paygate"}
    assert {name for name in foreign if not name.startswith("_")} == set()
