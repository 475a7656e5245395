from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from paygate.adapters.aws_json import SECRETS_MANAGER, AwsCallError, AwsJsonClient
from paygate.adapters.secrets import DeploymentSecrets, fetch_secrets
from paygate.config import AwsCredentials
from paygate.domain.errors import SecretUnavailableError

CONNECTIONS = {"database_url": "postgresql://user:pw@host/paygate", "redis_url": "rediss://:pw@host:6379"}
SECRETS = DeploymentSecrets(CONNECTIONS["database_url"], CONNECTIONS["redis_url"], "0123456789abcdef" * 4)


class FakeClient(AwsJsonClient):
    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        super().__init__(SECRETS_MANAGER, "r", AwsCredentials("", "", ""), endpoint_url="", timeout_seconds=1)
        self.answer = answer
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    def call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.calls.append((operation, parameters))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def answer(**texts: str) -> dict[str, Any]:
    return {"SecretValues": [{"ARN": arn, "SecretString": text} for arn, text in texts.items()]}


def fetch(client: FakeClient) -> DeploymentSecrets:
    return fetch_secrets(client, master_key_id="arn_key", connections_id="arn_connections")


def test_both_secrets_come_in_one_call() -> None:
    client = FakeClient(answer(arn_connections=json.dumps(CONNECTIONS), arn_key=SECRETS.master_key))
    assert fetch(client) == SECRETS
    assert client.calls == [("BatchGetSecretValue", {"SecretIdList": ["arn_key", "arn_connections"]})]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(AwsCallError("AccessDeniedException", "no", 400), id="refused"),
        pytest.param(AwsCallError("ConnectionError", "no"), id="no answer"),
        pytest.param({}, id="empty"),
        pytest.param({"SecretValues": [], "Errors": [{"SecretId": "arn_key"}]}, id="none found"),
        pytest.param(answer(arn_key="k"), id="no connections"),
        pytest.param(answer(arn_connections=json.dumps(CONNECTIONS)), id="no key"),
        pytest.param(answer(arn_key="k", arn_connections="postgresql://secret-text"), id="connections are no JSON"),
        pytest.param(answer(arn_key="k", arn_connections="{}"), id="connections lack the URLs"),
        pytest.param(answer(arn_key="k", arn_connections="[]"), id="connections are no object"),
        pytest.param({"SecretValues": None}, id="no list"),
    ],
)
def test_secrets_that_cannot_be_read_are_one_error_that_shows_none_of_them(reply: Any) -> None:
    with pytest.raises(SecretUnavailableError) as raised:
        fetch(FakeClient(reply))
    assert raised.value.retryable
    assert "secret-text" not in raised.value.description


def test_each_purpose_and_each_deployment_has_a_key_of_its_own() -> None:
    other = DeploymentSecrets("", "", "another master key")
    keys = [secrets.key_for(purpose) for secrets in (SECRETS, other) for purpose in ("api-secret-pepper", "other")]
    assert len(set(keys)) == 4
    assert {len(key) for key in keys} == {32}
    assert SECRETS.master_key.encode() not in keys


def test_keys_stay_the_same_as_what_they_protect_outlives_a_deployment() -> None:
    # printf api-secret-pepper | openssl dgst -sha256 -hmac "$(printf 0123456789abcdef%.0s 1 2 3 4)"
    assert (
        SECRETS.key_for("api-secret-pepper").hex() == "87376b517431aa583096378cd9c9e0186a760a5d079ba2c4a378dd6b3cd07933"
    )


def test_repr_shows_no_secret() -> None:
    assert repr(SECRETS) == "DeploymentSecrets()"
