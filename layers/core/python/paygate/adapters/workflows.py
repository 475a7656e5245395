"""Step Functions: the alarm clocks of webhook retries."""

from __future__ import annotations

import json

from paygate.adapters.aws_json import AwsCallError, AwsJsonClient
from paygate.domain.errors import WorkflowUnavailableError


class StepFunctionsRetryClock:
    """Executions of one state machine, one for each run of a delivery that has failed, named `<delivery id>-<run>`."""

    def __init__(self, client: AwsJsonClient, machine_arn: str) -> None:
        self._client = client
        self._machine_arn = machine_arn

    @property
    def execution_arn_prefix(self) -> str:
        """What comes before an execution's name in its ARN."""
        return self._machine_arn.replace(":stateMachine:", ":execution:", 1) + ":"

    def start(self, delivery_id: str, run: int, next_attempt_at: str) -> None:
        """Have the run attempted again at that time (ISO 8601); one that has a clock already keeps it.

        Raises WorkflowUnavailableError; the outbox row then brings the delivery back.
        """
        parameters = {
            "stateMachineArn": self._machine_arn,
            "name": f"{delivery_id}-{run}",
            "input": json.dumps({"delivery_id": delivery_id, "run": run, "next_attempt_at": next_attempt_at}),
        }
        try:
            self._client.call("StartExecution", parameters)
        except AwsCallError as error:
            if error.code != "ExecutionAlreadyExists":
                raise WorkflowUnavailableError(f"Step Functions did not start an execution ({error.code}).") from error
