"""The dashboard's summary, against the model that the OpenAPI document is made of."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from chalicelib import responses
from paygate.adapters.encryption import AesGcmCipher
from paygate.adapters.postgres.connection import PostgresDatabase
from paygate.adapters.secrets import DeploymentSecrets
from paygate.domain.periods import Period
from paygate.operations.get_summary import get_summary
from tests.support.rows import TEST_MERCHANT_ID, Rows, finish_payment, start_payment, start_refund


@pytest.mark.parametrize("period", get_args(Period))
def test_a_summary_has_the_form_that_the_api_tells(
    database: PostgresDatabase, secrets: DeploymentSecrets, sql: Rows, period: Period
) -> None:
    sql.add_endpoint(AesGcmCipher(secrets.key_for("webhook-secret-encryption")))
    for failure_reason in (None, "payment_declined"):
        payment_id = start_payment(database, "order_test_123")
        finish_payment(database, payment_id, failure_reason=failure_reason)
        if failure_reason is None:
            start_refund(database, payment_id, 700)
    body = get_summary(database, TEST_MERCHANT_ID, period, datetime.now(UTC) + timedelta(seconds=1))
    summary = responses.Summary.model_validate_json(body)
    assert json.loads(body) == json.loads(summary.model_dump_json(by_alias=True).replace(":00Z", ":00.000Z")) | {
        name: json.loads(body)[name] for name in ("to",)
    }
    (total,) = summary.totals
    assert (total.payments, total.success_rate, total.refunded) == (2, 0.5, 700)
    assert [failure.count for failure in summary.failures] == [1]
    assert summary.webhooks.pending == 7
    assert len(summary.webhooks.endpoints) == 2
