"""The webhook functions and their alarm clocks: template.yaml and the state machine against the code."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import pytest

from paygate.domain.retry_policy import STANDARD_SCHEDULE, STEP_SECONDS_MAX, STEPS_MAX, parse_schedule
from paygate.operations.delivering import LEASE_SECONDS, OVERDUE_SECONDS
from paygate_local.settings import ROOT
from tests.contract.cloudformation import functions, resources, template

DELIVERERS = ("DeliverWebhooksFunction", "DeliverSlowWebhooksFunction")
RETRIER = "RetryWebhookFunction"
((MACHINE, PROPERTIES),) = resources("AWS::Serverless::StateMachine").items()
DEFINITION_FILE = ROOT / str(PROPERTIES["DefinitionUri"])
DEFINITION: dict[str, Any] = json.loads(DEFINITION_FILE.read_text(encoding="utf-8"))
STATES: dict[str, dict[str, Any]] = DEFINITION["States"]


def granted(name: str, action: str) -> list[Any]:
    """What the function may do this to."""
    return [
        statement["Resource"]
        for policy in functions()[name]["Policies"]
        for statement in policy["Statement"]
        if action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
    ]


def keys_of(path: str, function: str) -> set[str]:
    """The keys of dictionaries that are written or read as literals in a function of this file."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    (found,) = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function]
    written = {key for node in ast.walk(found) if isinstance(node, ast.Dict) for key in node.keys}
    read = {node.slice for node in ast.walk(found) if isinstance(node, ast.Subscript)}
    return {
        str(node.value) for node in written | read if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


# --- Functions --------------------------------------------------------------------------------------------------------


def test_the_lanes_run_the_same_code_with_the_same_time_one_queue_each() -> None:
    fast, slow = (functions()[name] for name in DELIVERERS)
    for name in ("CodeUri", "Handler", "Timeout"):
        assert fast[name] == slow[name]
    queues = [event["Properties"]["Queue"] for lane in (fast, slow) for event in lane["Events"].values()]
    assert queues == [{"Fn::GetAtt": ["WebhooksQueue", "Arn"]}, {"Fn::GetAtt": ["SlowWebhooksQueue", "Arn"]}]
    variables = [lane["Environment"]["Variables"] for lane in (fast, slow)]
    assert variables[0]["SLOW_WEBHOOKS_QUEUE_URL"] == {"Ref": "SlowWebhooksQueue"}
    assert variables[1]["WEBHOOK_ANY_LANE"] == "true"
    for name in variables[0].keys() & variables[1].keys():
        assert variables[0][name] == variables[1][name], name


def test_only_the_lanes_set_alarm_clocks_and_only_clocks_call_the_retry_function() -> None:
    allowed = {name: granted(name, "states:StartExecution") for name in functions()}
    assert {name: what for name, what in allowed.items() if what} == {name: [{"Ref": MACHINE}] for name in DELIVERERS}
    assert "Events" not in functions()[RETRIER]
    (policy,) = PROPERTIES["Policies"]
    assert policy["Statement"] == [
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": {"Fn::GetAtt": [RETRIER, "Arn"]}}
    ]


def test_functions_may_do_nothing_else_with_workflows() -> None:
    actions = {
        action
        for properties in functions().values()
        for policy in properties["Policies"]
        for statement in policy["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert {action for action in actions if action.lower().startswith(("states:", "*"))} == {"states:StartExecution"}


@pytest.mark.parametrize("name", [*DELIVERERS, RETRIER])
def test_whoever_attempts_deliveries_may_send_jobs_to_its_queues(name: str) -> None:
    variables = functions()[name]["Environment"]["Variables"]
    used = {variables[key]["Ref"] for key in variables if key.endswith("_QUEUE_URL")}
    (resource,) = granted(name, "sqs:SendMessage")
    assert used <= {each["Fn::GetAtt"][0] for each in resource}


def test_a_claim_outlives_the_retry_function_and_the_sweeper_waits_for_both() -> None:
    assert functions()[RETRIER]["Timeout"] < LEASE_SECONDS < OVERDUE_SECONDS


# --- Parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        *((text, True) for text in ("standard", "short", "0", "0,30,300", "0,0", f"0,{STEP_SECONDS_MAX}")),
        *((f"0,{seconds}", True) for seconds in (9, 99, 999, 9_999, 99_999, 100_000, 599_999, 603_999, 604_799)),
        (",".join("0" * STEPS_MAX), True),
        *((text, False) for text in ("", "test", "Standard", "5", "5,0", "0,", ",0", "0,,5", "0;5", "0,x", "0,-5")),
        *((f"0,{seconds}", False) for seconds in (STEP_SECONDS_MAX + 1, 604_810, 605_000, 610_000, 700_000, 999_999)),
        (f"0,5,{STEP_SECONDS_MAX + 1}", False),
        (",".join("0" * (STEPS_MAX + 1)), False),
    ],
)
def test_a_schedule_that_can_be_deployed_is_one_that_the_functions_take(text: str, taken: bool) -> None:
    pattern = template()["Parameters"]["WebhookRetrySchedule"]["AllowedPattern"]
    assert (re.search(pattern, text) is not None) is taken
    if taken:
        parse_schedule(text)
    else:
        with pytest.raises(ValueError, match="must"):
            parse_schedule(text)


# --- The state machine ------------------------------------------------------------------------------------------------


def test_everything_that_the_definition_leaves_open_is_filled_in() -> None:
    text = DEFINITION_FILE.read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+)\}", text)) == PROPERTIES["DefinitionSubstitutions"].keys()
    assert PROPERTIES["DefinitionSubstitutions"]["RetryWebhookFunctionArn"] == {"Fn::GetAtt": [RETRIER, "Arn"]}
    assert PROPERTIES["Type"] == "STANDARD", "executions of the other type end after five minutes"


def test_every_state_is_reached_and_every_way_leads_to_a_state() -> None:
    ways: dict[str, set[str]] = {}
    for name, state in STATES.items():
        ways[name] = {
            *(state[key] for key in ("Next", "Default") if key in state),
            *(each["Next"] for key in ("Choices", "Catch") for each in state.get(key, ())),
        }
        assert ways[name] or state["Type"] in ("Succeed", "Fail"), name
    assert set().union(*ways.values(), {DEFINITION["StartAt"]}) == STATES.keys()


def test_a_clock_is_told_and_tells_what_its_states_use() -> None:
    told = keys_of("layers/core/python/paygate/adapters/workflows.py", "start")
    answered = keys_of("layers/core/python/paygate/operations/retry_webhook.py", "retry_webhook")
    task = STATES["Attempt"]
    payload = {name.removesuffix(".$"): path for name, path in task["Parameters"]["Payload"].items()}
    assert keys_of("functions/retry_webhook/app.py", "handler") == payload.keys()
    assert payload == {name: f"$.{name}" for name in payload}
    # The first time it has what the clock was set with, from then on what the function has answered.
    assert task["OutputPath"] == "$.Payload"
    assert {"next_attempt_at", *payload} <= told
    assert {"next_attempt_at", "outcome", *payload} <= answered
    assert STATES["WaitForAttempt"]["TimestampPath"] == "$.next_attempt_at"
    (choice,) = STATES["Ended?"]["Choices"]
    assert choice == {"Variable": "$.outcome", "StringEquals": "wait", "Next": "WaitForAttempt"}


def test_a_clock_is_more_patient_than_the_function_and_lasts_for_the_usual_schedule() -> None:
    assert functions()[RETRIER]["Timeout"] < STATES["Attempt"]["TimeoutSeconds"]
    # With jitter, and a receiver that asks for twice the delay each time.
    assert 2.4 * sum(STANDARD_SCHEDULE.steps_seconds) < DEFINITION["TimeoutSeconds"]
