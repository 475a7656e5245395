"""The deployment's secrets, in AWS Secrets Manager: where the data lives, and the key of all other keys."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field

from paygate.adapters.aws_json import AwsCallError, AwsJsonClient
from paygate.domain.errors import SecretUnavailableError


@dataclass(frozen=True)
class DeploymentSecrets:
    """`master_key` is never used itself; `key_for` derives one key for each purpose."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    master_key: str = field(repr=False)

    def key_for(self, purpose: str) -> bytes:
        """32 bytes that only this deployment and this purpose have (HMAC-SHA256 as a key derivation function)."""
        return hmac.digest(self.master_key.encode(), purpose.encode(), "sha256")


def fetch_secrets(client: AwsJsonClient, *, master_key_id: str, connections_id: str) -> DeploymentSecrets:
    """Read both secrets that `template.yaml` makes, in one call, by their ARNs. Raises SecretUnavailableError."""
    try:
        answer = client.call("BatchGetSecretValue", {"SecretIdList": [master_key_id, connections_id]})
        texts = {secret["ARN"]: secret["SecretString"] for secret in answer["SecretValues"]}
        connections = json.loads(texts[connections_id])
        return DeploymentSecrets(connections["database_url"], connections["redis_url"], texts[master_key_id])
    except (AwsCallError, KeyError, TypeError, ValueError) as error:
        raise SecretUnavailableError(f"The secrets could not be read ({type(error).__name__}).") from error
