"""template.yaml against the code that it deploys."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from app import app
from paygate.adapters.card_vault import TTL_SECONDS
from paygate.config import ConfigError, read_config
from paygate.domain.jobs import QUEUE_NAMES
from paygate.operations.admit_request import LOCK_MS
from paygate_local.openapi import OPENAPI_FILE
from paygate_local.settings import ROOT, TEST_PARAMETERS
from tests.contract.cloudformation import environment, events, functions, resources, resources_of, template
from tests.contract.environment_needs import variables_needed, variables_of_config

QUEUES = resources("AWS::SQS::Queue")
MAIN_QUEUES = {name: queue for name, queue in QUEUES.items() if "RedrivePolicy" in queue}
SQS_SOURCES = [pytest.param(name, source, id=name) for name, source in events("SQS")]
# Two functions run the code that delivers webhooks, one in each lane.
OTHER_LANE = {
    "DeliverWebhooksFunction": {"WEBHOOK_ANY_LANE"},
    "DeliverSlowWebhooksFunction": {"SLOW_WEBHOOKS_QUEUE_URL"},
}
FOUR_DAYS = 345_600  # how long SQS keeps a message unless told otherwise


def test_every_route_is_deployed_and_every_deployed_route_exists() -> None:
    document = yaml.safe_load(OPENAPI_FILE.read_text(encoding="utf-8"))
    deployed = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    served = {(method, path) for path, methods in app.routes.items() for method in methods}
    assert deployed == served


@pytest.mark.parametrize("name", functions())
def test_a_handler_exists(name: str) -> None:
    module, _, attribute = functions()[name]["Handler"].rpartition(".")
    tree = ast.parse((_code(functions()[name]) / f"{module}.py").read_text(encoding="utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    defined |= {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert attribute in defined


def test_every_function_folder_is_deployed() -> None:
    assert {path.parent for path in (ROOT / "functions").glob("*/app.py")} == {
        _code(one) for one in functions().values()
    }


@pytest.mark.parametrize("name", functions())
def test_a_function_gets_the_settings_that_it_needs_and_no_others(name: str) -> None:
    function = functions()[name]
    given = environment(function) - {"POWERTOOLS_LOG_LEVEL"}
    assert given == variables_needed(_code(function)) - OTHER_LANE.get(name, set())


def test_every_setting_of_the_code_reaches_a_function() -> None:
    set_somewhere = set().union(*(environment(function) for function in functions().values()))
    assert {name for name in variables_of_config() if not name.startswith("AWS_")} == set_somewhere - {
        "POWERTOOLS_LOG_LEVEL"
    }


def test_the_local_stack_sets_parameters_that_exist() -> None:
    assert set(TEST_PARAMETERS.values()) <= template()["Parameters"].keys()


@pytest.mark.parametrize(("name", "source"), SQS_SOURCES)
def test_a_consumer_takes_ten_messages_and_gives_back_those_that_failed(name: str, source: dict[str, Any]) -> None:
    assert source["BatchSize"] == 10
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize(("name", "source"), SQS_SOURCES)
def test_a_message_stays_invisible_for_six_timeouts_of_its_consumer(name: str, source: dict[str, Any]) -> None:
    queue = QUEUES[_target(source["Queue"])]
    assert queue["VisibilityTimeout"] == 6 * functions()[name]["Timeout"]


@pytest.mark.parametrize(("name", "source"), SQS_SOURCES)
def test_a_claim_outlives_the_consumer_that_made_it(name: str, source: dict[str, Any]) -> None:
    function = functions()[name]
    operation = importlib.import_module(f"paygate.operations.{_code(function).name}")
    assert function["Timeout"] < operation.LEASE_SECONDS < QUEUES[_target(source["Queue"])]["VisibilityTimeout"]


def test_every_queue_has_a_consumer_or_is_a_dead_letter_queue() -> None:
    assert {_target(source["Queue"]) for _, source in events("SQS")} == MAIN_QUEUES.keys()


def test_every_main_queue_has_a_dead_letter_queue_of_its_own_that_keeps_messages_longer() -> None:
    targets = {name: _target(queue["RedrivePolicy"]["deadLetterTargetArn"]) for name, queue in MAIN_QUEUES.items()}
    assert sorted(targets.values()) == sorted(QUEUES.keys() - MAIN_QUEUES.keys())
    for name, target in targets.items():
        kept = MAIN_QUEUES[name].get("MessageRetentionPeriod", FOUR_DAYS)
        assert QUEUES[target]["MessageRetentionPeriod"] > kept, name


def test_job_status_counts_every_dead_letter_queue() -> None:
    separator, listed = functions()["ApiFunction"]["Environment"]["Variables"]["DEAD_LETTER_QUEUE_URLS"]["Fn::Join"]
    assert separator == ","
    assert sorted(each["Ref"] for each in listed) == sorted(QUEUES.keys() - MAIN_QUEUES.keys())


def test_the_dead_letter_queues_are_told_in_the_order_of_the_queues_names() -> None:
    variables = functions()["ApiFunction"]["Environment"]["Variables"]
    mains = [variables[f"{name.upper()}_QUEUE_URL"]["Ref"] for name in QUEUE_NAMES]
    _, listed = variables["DEAD_LETTER_QUEUE_URLS"]["Fn::Join"]
    assert [each["Ref"] for each in listed] == [
        _target(QUEUES[main]["RedrivePolicy"]["deadLetterTargetArn"]) for main in mains
    ]


def test_only_the_api_takes_dead_letters_out_and_it_never_purges() -> None:
    dead = QUEUES.keys() - MAIN_QUEUES.keys()
    actions = {"sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage"}
    for name, function in functions().items():
        granted: dict[str, set[str]] = {}
        for statement in (each for policy in function["Policies"] for each in policy["Statement"]):
            for resource in _listed(statement["Resource"]):
                target = resource["Fn::GetAtt"][0] if isinstance(resource, dict) and "Fn::GetAtt" in resource else ""
                granted.setdefault(target, set()).update(_texts(statement["Action"]))
        of_dead = {queue: granted[queue] for queue in dead & granted.keys()}
        assert of_dead == (dict.fromkeys(dead, actions) if name == "ApiFunction" else {}), name


def test_the_api_may_search_its_own_log_and_no_other_function_any() -> None:
    group = resources("AWS::Logs::LogGroup")["ApiLogGroup"]
    # The log group that Lambda writes to, and tells the function by AWS_LAMBDA_LOG_GROUP_NAME.
    name = functions()["ApiFunction"]["FunctionName"]["Fn::Sub"]
    assert group["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/{name}"}
    assert group["RetentionInDays"] >= 1
    allowed = [
        (function, statement["Resource"])
        for function, properties in functions().items()
        for policy in properties["Policies"]
        for statement in policy["Statement"]
        if any(action.startswith("logs:") for action in _texts(statement["Action"]))
    ]
    assert allowed == [("ApiFunction", {"Fn::GetAtt": ["ApiLogGroup", "Arn"]})]


@pytest.mark.parametrize("name", functions())
def test_a_function_may_do_only_what_it_names_to_what_it_names(name: str) -> None:
    statements = [statement for policy in functions()[name]["Policies"] for statement in policy["Statement"]]
    assert statements
    for statement in statements:
        actions = list(_texts(statement["Action"]))
        assert not [action for action in actions if "*" in action]
        if actions != ["secretsmanager:BatchGetSecretValue"]:
            assert not [text for text in _texts(statement["Resource"]) if "*" in text], actions


@pytest.mark.parametrize(
    ("action", "function"), [("kms:Encrypt", "ApiFunction"), ("kms:Decrypt", "ProcessPaymentsFunction")]
)
def test_card_data_is_closed_by_one_function_and_opened_by_another_only(action: str, function: str) -> None:
    allowed = {
        name: statement
        for name, properties in functions().items()
        for policy in properties["Policies"]
        for statement in policy["Statement"]
        if any(one.lower().startswith(("kms:", "*")) for one in _texts([statement["Action"]]))
        and action in _texts([statement["Action"]])
    }
    assert allowed == {
        function: {
            "Effect": "Allow",
            "Action": action,
            "Resource": {"Fn::GetAtt": ["CardKey", "Arn"]},
            "Condition": {
                "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["payment_id"]},
                "Null": {"kms:EncryptionContextKeys": "false"},
            },
        }
    }


def test_functions_may_do_nothing_else_with_keys() -> None:
    granted = [
        action
        for properties in functions().values()
        for policy in properties["Policies"]
        for statement in policy["Statement"]
        for action in _texts([statement["Action"]])
        if action.lower().startswith(("kms:", "*"))
    ]
    assert sorted(granted) == ["kms:Decrypt", "kms:Encrypt"]


def test_no_function_is_allowed_anything_outside_its_policies() -> None:
    assert not [name for name, properties in functions().items() if "Role" in properties]
    assert not resources_of("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::KMS::Grant")


def test_the_card_key_turns_over_and_only_policies_open_it() -> None:
    (key,) = resources("AWS::KMS::Key").values()
    assert key["EnableKeyRotation"] is True
    (statement,) = key["KeyPolicy"]["Statement"]
    assert list(_texts(statement["Principal"])) == ["arn:${AWS::Partition}:iam::${AWS::AccountId}:root"]


@pytest.mark.parametrize(
    ("name", "default", "variable", "setting", "function"),
    [
        ("RateLimitPerSecond", 100, "RATE_LIMIT_PER_SECOND", "rate_limit_per_second", "ApiFunction"),
        (
            *("AuthorizationWindowSeconds", 7 * 86_400, "AUTHORIZATION_WINDOW_SECONDS", "authorization_seconds"),
            "ProcessPaymentsFunction",
        ),
        *(
            (
                *("WebhookDisableAfterSeconds", 5 * 86_400, "WEBHOOK_DISABLE_AFTER_SECONDS"),
                *("webhook_disable_after_seconds", function),
            )
            for function in ("DeliverWebhooksFunction", "DeliverSlowWebhooksFunction", "RetryWebhookFunction")
        ),
    ],
)
def test_a_number_is_a_parameter_with_the_bounds_of_the_code(
    name: str, default: int, variable: str, setting: str, function: str
) -> None:
    parameter = template()["Parameters"][name]
    assert (parameter["Type"], parameter["Default"]) == ("Number", default)
    secrets = {"MASTER_KEY_SECRET_ID": "a", "CONNECTIONS_SECRET_ID": "b"}
    for bound in ("Default", "MinValue", "MaxValue"):
        limit = parameter[bound]
        assert getattr(read_config({**secrets, variable: str(limit)}), setting) == limit
    for outside in (parameter["MinValue"] - 1, parameter["MaxValue"] + 1):
        with pytest.raises(ConfigError, match=variable):
            read_config({**secrets, variable: str(outside)})
    assert getattr(read_config(secrets), setting) == default
    assert functions()[function]["Environment"]["Variables"][variable] == {"Ref": name}


def test_a_lock_outlives_the_request_that_holds_it_but_not_by_much() -> None:
    timeout_ms = 1000 * functions()["ApiFunction"]["Timeout"]
    assert timeout_ms < LOCK_MS <= timeout_ms + 5_000


def test_a_card_outlives_every_try_to_charge_it() -> None:
    queue = QUEUES["PaymentsQueue"]
    assert queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"] <= TTL_SECONDS


def test_the_sweeper_runs_every_minute_and_is_done_before_its_next_run() -> None:
    assert [(name, source["Schedule"]) for name, source in events("Schedule")] == [("SweepFunction", "rate(1 minute)")]
    assert functions()["SweepFunction"]["Timeout"] < 60


def _code(function: dict[str, Any]) -> Path:
    return ROOT / str(function["CodeUri"])


def _target(reference: dict[str, Any]) -> str:
    name, attribute = reference["Fn::GetAtt"]
    assert attribute == "Arn"
    return str(name)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in _texts(item))
    else:
        yield from (text for item in value for text in _texts(item))
