"""The deployment's one secret, in AWS Secrets Manager: where the data lives, and the key of all other keys."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field

from paygate.adapters.aws_json import AwsCallError, AwsJsonClient
from paygate.domain.errors import SecretUnavailableError


@dataclass(frozen=True)
class DeploymentSecret:
    """`master_key` is never used itself; `key_for` derives one key for each purpose."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    master_key: str = field(repr=False)

    def key_for(self, purpose: str) -> bytes:
        """32 bytes that only this deployment and this purpose have (HMAC-SHA256 as a key derivation function)."""
        return hmac.digest(self.master_key.encode(), purpose.encode(), "sha256")


def fetch_secret(client: AwsJsonClient, secret_id: str) -> DeploymentSecret:
    """Read the secret that `template.yaml` makes. Raises SecretUnavailableError."""
    try:
        answer = client.call("GetSecretValue", {"SecretId": secret_id})
        values = json.loads(answer["SecretString"])
        return DeploymentSecret(values["database_url"], values["redis_url"], values["master_key"])
    except (AwsCallError, KeyError, ValueError) as error:
        raise SecretUnavailableError(f"The secret {secret_id} could not be read ({type(error).__name__}).") from error
