"""`sam deploy` onto LocalStack, and what the deployed stack needs besides: static sites and a first sweep."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
import botocore.exceptions
import yaml

from paygate_local.dashboard import cache_control, dashboard_files
from paygate_local.environments import SAM
from paygate_local.problems import Problem
from paygate_local.services import Services
from paygate_local.settings import REGION, ROOT, STACK_NAME, StackSettings

ARTIFACTS_BUCKET = "paygate-artifacts"
DEPLOY_SECONDS_MAX = 300
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}


def aws_client(settings: StackSettings, service: Any) -> Any:
    """A boto3 client for this stack's LocalStack."""
    return boto3.client(
        service,
        endpoint_url=settings.aws_endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  LocalStack takes any
    )


def template_parameters(settings: StackSettings, services: Services) -> dict[str, str]:
    """Every parameter of template.yaml that this stack sets."""
    own_ports = (settings.front_door_port, settings.localstack_port, settings.postgres_port, settings.valkey_port)
    return {
        "DatabaseUrl": services.database_url,
        "RedisUrl": services.redis_url,
        "MasterKey": services.secrets.master_key,
        "Edge": "none",
        "WebhookAllowLoopback": "true",
        "WebhookRefusedPorts": ",".join(str(port) for port in own_ports),
        # Each one is a process of its own.
        "WebhookRetryConcurrency": "4",
        **settings.parameters,
    }


def deploy(settings: StackSettings, built_template: Path, parameters: Mapping[str, str]) -> None:
    """Deploy the template as it is. Raises Problem."""
    _make_bucket(settings, ARTIFACTS_BUCKET)
    _remove_failed_stack(settings)
    command: list[str | Path] = [
        *(SAM.folder / "bin" / "sam", "deploy", "--template-file", built_template, "--stack-name", STACK_NAME),
        *("--s3-bucket", ARTIFACTS_BUCKET, "--region", REGION, "--capabilities", "CAPABILITY_IAM"),
        *("--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar"),
        *("--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())),
    ]
    environment = {
        **os.environ,
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": settings.aws_endpoint_url,
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "1",
    }
    log = settings.home / "logs" / "sam-deploy.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    try:
        # SAM leaves a folder behind for each function that it packs.
        with log.open("w") as output, TemporaryDirectory(dir=settings.home) as temporary:
            result = subprocess.run(
                command,
                cwd=ROOT,
                env={**environment, "TMPDIR": temporary},
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=DEPLOY_SECONDS_MAX,
                check=False,
            )
    except subprocess.TimeoutExpired:
        # SAM waits for ever when LocalStack ends a deployment in a state that SAM does not expect.
        raise Problem(f"The deployment did not end ({_failure(settings, '')})", f"See {log}.") from None
    if result.returncode != 0:
        localstack = Services(settings).localstack
        if not settings.external_servers and localstack.process() is None:
            raise Problem(f"LocalStack died under the deployment ({localstack.log_tail()})", "Run make up again.")
        raise Problem(f"The deployment was rolled back ({_failure(settings, log.read_text())})", f"See {log}.")


def api_fingerprint() -> str:
    """Changes with the API's description."""
    return hashlib.sha256((ROOT / "docs" / "openapi.yaml").read_bytes()).hexdigest()


def remove_stack(settings: StackSettings) -> None:
    """Delete what is deployed, if anything is. Queues lose their messages, which the outbox brings back."""
    cloudformation = aws_client(settings, "cloudformation")
    cloudformation.delete_stack(StackName=STACK_NAME)
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=STACK_NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )


def set_gateway_responses(settings: StackSettings) -> None:
    """Give API Gateway's own errors the form that docs/openapi.yaml says.

    AWS takes them from the document; LocalStack's import passes over that extension, so here they are set by hand.
    """
    gateway = aws_client(settings, "apigateway")
    api_id = next(api["id"] for api in gateway.get_rest_apis(limit=500)["items"] if api["name"] == STACK_NAME)
    document = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())
    for kind, reply in document["x-amazon-apigateway-gateway-responses"].items():
        gateway.put_gateway_response(
            restApiId=api_id,
            responseType=kind,
            statusCode=str(reply["statusCode"]),
            responseParameters=reply["responseParameters"],
            responseTemplates=reply["responseTemplates"],
        )
    gateway.create_deployment(restApiId=api_id, stageName="api")


def invoke(settings: StackSettings, output: str) -> Any:
    """Run the function that the stack's output names; its answer. Raises Problem if it fails."""
    name = stack_outputs(settings)[output]
    answer = aws_client(settings, "lambda").invoke(FunctionName=name)
    payload = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise Problem(f"{name} failed ({payload.get('errorMessage', payload)})", "See make logs.")
    return payload


def stack_outputs(settings: StackSettings) -> dict[str, str]:
    stacks = aws_client(settings, "cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", ())}


def site_files() -> Iterator[tuple[str, str, Path]]:
    """Every file of the static sites: which site it belongs to, its key there, its path."""
    folder = ROOT / "static_checkout"
    for path in sorted(folder.rglob("*")):
        # The demo's shop is a merchant's: another server shows it.
        if path.is_file() and folder / "demo" not in path.parents:
            yield "checkout", path.relative_to(folder).as_posix(), path
    for key, path in dashboard_files():
        yield "dashboard", key, path


def sites_fingerprint() -> str:
    digest = hashlib.sha256()
    for site, key, path in site_files():
        digest.update(f"{site}/{key}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def upload_sites(settings: StackSettings) -> int:
    """Put both sites into their buckets; how many files there are."""
    s3 = aws_client(settings, "s3")
    buckets = {"checkout": settings.checkout_bucket, "dashboard": settings.dashboard_bucket}
    count = 0
    for site, key, path in site_files():
        content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        if content_type.startswith("text/"):
            content_type += "; charset=utf-8"
        headers = {"ContentType": content_type}
        if site == "dashboard":
            headers["CacheControl"] = cache_control(key)
        s3.put_object(Bucket=buckets[site], Key=key, Body=path.read_bytes(), **headers)
        count += 1
    return count


def _make_bucket(settings: StackSettings, name: str) -> None:
    s3 = aws_client(settings, "s3")
    try:
        s3.create_bucket(Bucket=name)
    except (s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
        return


def _remove_failed_stack(settings: StackSettings) -> None:
    """CloudFormation cannot update a stack whose creation failed, for instance because make up was killed."""
    cloudformation = aws_client(settings, "cloudformation")
    try:
        status = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]["StackStatus"]
    except botocore.exceptions.ClientError:
        return  # there is no such stack
    if not status.endswith("_COMPLETE") or status.startswith("ROLLBACK"):
        remove_stack(settings)


def _failure(settings: StackSettings, stderr: str) -> str:
    """Why the first resource failed; otherwise SAM's own last words."""
    try:
        events = aws_client(settings, "cloudformation").describe_stack_events(StackName=STACK_NAME)["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
        return f"{failed[-1]['LogicalResourceId']}: {failed[-1].get('ResourceStatusReason', 'no reason given')}"[:300]
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, IndexError):
        return " ".join(stderr.split())[-300:]
