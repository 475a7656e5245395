"""Reads `template.yaml` as CloudFormation would: enough of its functions to know each Lambda's environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from paygate_local.settings import ACCOUNT_ID, REGION

PSEUDO_PARAMETERS = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT_ID,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "bench",
    "AWS::NoValue": None,
}
_REFERRED_TO_BY_ARN = ("AWS::SecretsManager::Secret", "AWS::Serverless::StateMachine")
_PLACEHOLDER = re.compile(r"\$\{([^}!]+)\}")


class Template:
    """A template with its parameters; `prefix` makes its resources' names differ from those of another deployment."""

    def __init__(self, document: Mapping[str, Any], parameters: Mapping[str, str], *, endpoint: str, prefix: str):
        self._known: Mapping[str, Any] = document.get("Parameters", {})
        self._parameters = {name: parameters.get(name, spec.get("Default", "")) for name, spec in self._known.items()}
        self._conditions: Mapping[str, Any] = document.get("Conditions", {})
        self.resources: Mapping[str, Any] = document["Resources"]
        self.globals: Mapping[str, Any] = document.get("Globals", {}).get("Function", {})
        self._endpoint = endpoint
        self._prefix = prefix

    def number_parameters(self, words: str) -> dict[str, int | None]:
        """Parameters whose name contains `words`, in any case, with the highest value that they may have."""
        return {
            name: int(spec["MaxValue"]) if "MaxValue" in spec else None
            for name, spec in self._known.items()
            if words in name.lower() and spec["Type"] == "Number"
        }

    def resolve(self, value: Any) -> Any:
        """The value with every intrinsic function replaced by what it comes to."""
        if isinstance(value, list):
            return [resolved for item in value if (resolved := self.resolve(item)) is not None]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in ("Ref", "Condition") or name.startswith("Fn::"):
                return self._intrinsic(name, argument)
        return {name: resolved for name, item in value.items() if (resolved := self.resolve(item)) is not None}

    def secrets(self) -> dict[str, str]:
        """Every Secrets Manager secret that has a text, by its ARN."""
        texts: dict[str, str] = {}
        for name, resource in self.resources.items():
            if resource["Type"] == "AWS::SecretsManager::Secret":
                text = self.resolve(resource["Properties"]).get("SecretString")
                if text is not None:
                    texts[self.reference(name)] = text
        return texts

    def queue_url(self, name: str) -> str:
        return f"{self._endpoint}/{ACCOUNT_ID}/{self._prefix}-{name}"

    def arn(self, name: str) -> str:
        service = {"AWS::SecretsManager::Secret": "secretsmanager", "AWS::SQS::Queue": "sqs", "AWS::KMS::Key": "kms"}
        kind = self.resources[name]["Type"]
        if kind == "AWS::Serverless::StateMachine":
            return f"arn:aws:states:{REGION}:{ACCOUNT_ID}:stateMachine:{self._prefix}-{name}"
        return f"arn:aws:{service.get(kind, 'other')}:{REGION}:{ACCOUNT_ID}:{self._prefix}-{name}"

    def reference(self, name: str) -> Any:
        """What `Ref` gives for a parameter, a pseudo-parameter or a resource."""
        if name in PSEUDO_PARAMETERS:
            return PSEUDO_PARAMETERS[name]
        if name in self._parameters:
            return self._parameters[name]
        kind = self.resources[name]["Type"]
        if kind == "AWS::SQS::Queue":
            return self.queue_url(name)
        return self.arn(name) if kind in _REFERRED_TO_BY_ARN else f"{self._prefix}-{name}"

    def _intrinsic(self, name: str, argument: Any) -> Any:
        if name == "Ref":
            return self.reference(argument)
        if name == "Condition":
            return self.resolve(self._conditions[argument])
        if name == "Fn::GetAtt":
            resource, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
            return self.queue_url(resource) if attribute == "QueueUrl" else self.arn(resource)
        if name == "Fn::Sub":
            return self._substitute(argument)
        if name == "Fn::If":
            condition, then, otherwise = argument
            return self.resolve(then if self.resolve(self._conditions[condition]) else otherwise)
        return self._operator(name, [self.resolve(item) for item in argument])

    def _operator(self, name: str, arguments: list[Any]) -> Any:
        if name == "Fn::Equals":
            return str(arguments[0]) == str(arguments[1])
        if name == "Fn::Not":
            return not arguments[0]
        if name in ("Fn::And", "Fn::Or"):
            return all(arguments) if name == "Fn::And" else any(arguments)
        if name == "Fn::Join":
            parts = arguments[1] if isinstance(arguments[1], list) else [arguments[1]]
            return str(arguments[0]).join(str(part) for part in parts)
        raise ValueError(f"the bench does not know the template function {name}")

    def _substitute(self, argument: Any) -> str:
        text, own = argument if isinstance(argument, list) else (argument, {})

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name in own:
                return str(self.resolve(own[name]))
            if "." in name:
                return str(self._intrinsic("Fn::GetAtt", name))
            return str(self.reference(name))

        return _PLACEHOLDER.sub(value, text)
