"""What is deployed besides the API, and the command line that deploys it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import Any

import psutil
import pytest
import requests

from paygate_local.settings import ROOT
from tests.support.stack import TestStack


def test_make_up_again_changes_nothing(stack: TestStack) -> None:
    result = stack.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    for title in ("Environments", "Build", "Deploy", "Static sites"):
        assert re.search(rf"✓ {title}\s.*unchanged", result.stdout), result.stdout
    assert f"{stack.url}/api/v1" in result.stdout
    assert "key_test_abc123 / secret_test_xyz789" in result.stdout


def test_a_changed_api_is_deployed_over_the_running_one(stack: TestStack) -> None:
    # As if what runs had been deployed from another description.
    state = stack.settings.home / "state.json"
    known = json.loads(state.read_text())
    state.write_text(json.dumps({**known, "api": "another", "deployed": "another"}))
    gateway = stack.aws("apigateway")
    (api,) = gateway.get_rest_apis()["items"]
    gateway.delete_resource(
        restApiId=api["id"], resourceId=resource_of(gateway, api["id"], "/v1/payments/{payment_id}")
    )
    gateway.create_deployment(restApiId=api["id"], stageName="api")
    assert stack.call("GET", "/payments/pay_1").json()["error"]["description"] == "There is no such route."
    result = stack.make("up")
    assert result.returncode == 0, result.stdout + result.stderr
    assert stack.settled(stack.pay())["status"] == "success"
    assert json.loads(state.read_text()) == known


def resource_of(gateway: Any, api_id: str, path: str) -> str:
    resources = gateway.get_resources(restApiId=api_id, limit=500)["items"]
    return next(str(resource["id"]) for resource in resources if resource["path"] == path)


def test_make_status_sees_all_parts_running(stack: TestStack) -> None:
    result = stack.make("status")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("running") == 3
    assert "healthy" in result.stdout


def test_make_demo_pays_and_verifies(stack: TestStack) -> None:
    result = stack.make("demo")
    assert result.returncode == 0, result.stdout + result.stderr
    for line in (
        r"payment\s+pay_\w+  user@paytm  pending",
        r"success after",
        r"refund\s+rfnd_\w+  processed after",
        r"payment\.success\s+verified",
        r"refund\.created\s+verified",
        r"refund\.processed\s+verified",
        "Timeline",
    ):
        assert re.search(line, result.stdout), result.stdout


def test_make_logs_of_one_function_shows_its_lines(stack: TestStack) -> None:
    payment_id = stack.pay()
    stack.settled(payment_id)
    following = subprocess.Popen(
        [ROOT / ".local/venvs/project/bin/python", "-m", "paygate_local", "logs", "process_payments"],
        cwd=ROOT,
        env={**stack.environment(), "PYTHONPATH": "infra:layers/core/python", "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert following.stdout is not None
    try:
        for line in following.stdout:
            assert line.startswith("process_payments")
            if payment_id in line:
                break
        else:
            pytest.fail("the log ended without the payment")
    finally:
        following.kill()
        following.communicate()


def test_make_logs_of_an_unknown_function_names_the_known_ones(stack: TestStack) -> None:
    result = stack.make("logs F=nonsense")
    assert result.returncode != 0
    assert "There is no function nonsense. Choose one of api, deliver_webhooks" in result.stderr.replace("\n", " ")


def test_the_migrate_function_finds_the_schema_up_to_date(stack: TestStack) -> None:
    functions = stack.aws("lambda")
    name = next(f["FunctionName"] for f in functions.list_functions()["Functions"] if "Migrate" in f["FunctionName"])
    answer = functions.invoke(FunctionName=name)
    payload = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    assert payload == {"migrations": sorted(path.stem for path in (ROOT / "infra/migrations").glob("*.sql"))}


@pytest.mark.parametrize(
    ("path", "status", "marker"),
    [
        ("/", 200, "Paygate"),
        ("/styles.css", 200, "--"),
        ("/dashboard/", 200, "/dashboard/assets/"),
        ("/dashboard", 200, "/dashboard/assets/"),
        ("/dashboard/payments/pay_1", 200, "/dashboard/assets/"),
        ("/dashboard/missing.js", 404, ""),
        ("/dashboard/theme.js", 200, "paygate-theme"),
        ("/no/such/page", 404, "Paygate"),
    ],
)
def test_the_front_door_serves_both_sites(stack: TestStack, path: str, status: int, marker: str) -> None:
    answer = requests.get(stack.url + path, timeout=10)
    assert answer.status_code == status
    assert marker in answer.text


def test_a_site_refuses_other_methods(stack: TestStack) -> None:
    answer = requests.post(f"{stack.url}/", data="x", timeout=10)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"


def test_the_readme_curl_lines_work_as_they_stand(stack: TestStack) -> None:
    """Every curl line of the README, with only the port of the tests' own stack put in."""
    readme = (ROOT / "README.md").read_text()
    lines = re.findall(r"^curl .*(?:\n  +.*)*", readme, re.MULTILINE)
    assert len(lines) >= 5
    payment = stack.settled(stack.pay())
    for line in lines:
        command = line.replace("http://localhost:3000", stack.url).replace("\\\n", " ")
        result = subprocess.run(
            ["bash", "-c", f"{command} --silent --show-error --write-out '\\n%{{http_code}}'"],
            env={**os.environ, "PAYMENT": payment["id"]},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        body, _, status = result.stdout.rpartition("\n")
        assert status in ("200", "201"), (line, result.stdout)
        # With --include, the headers come before it.
        assert json.loads(body.splitlines()[-1]), line


def test_every_server_listens_on_loopback_only(stack: TestStack) -> None:
    ports = {stack.settings.front_door_port, stack.settings.localstack_port}
    ports |= {stack.settings.postgres_port, stack.settings.valkey_port}
    listening = {
        (connection.laddr.ip, connection.laddr.port)
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port in ports
    }
    assert listening == {("127.0.0.1", port) for port in ports}
