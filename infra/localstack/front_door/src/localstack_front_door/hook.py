"""What LocalStack calls when it is ready: the routes of the front door."""

from __future__ import annotations

import logging
import os

from localstack.runtime import hooks

LOG = logging.getLogger(__name__)


@hooks.on_infra_ready()
def open_front_door() -> None:
    """Answer on FRONT_DOOR_HOST (e.g. `localhost:3000`); without that variable, do nothing."""
    host = os.environ.get("FRONT_DOOR_HOST", "")
    if not host:
        return
    from localstack.services.edge import ROUTER

    from localstack_front_door.gateway_responses import render_gateway_responses
    from localstack_front_door.routes import FrontDoor

    render_gateway_responses()
    door = FrontDoor(
        api_name=os.environ["FRONT_DOOR_API_NAME"],
        api_stage=os.environ["FRONT_DOOR_API_STAGE"],
        sites={"dashboard": os.environ["FRONT_DOOR_DASHBOARD_BUCKET"], "": os.environ["FRONT_DOOR_ROOT_BUCKET"]},
    )
    port = host.rpartition(":")[2]
    for name in {host, f"127.0.0.1:{port}"}:
        ROUTER.add("/", door.serve, host=name)
        ROUTER.add("/<path:path>", door.serve, host=name)
    LOG.info("The front door is open at http://%s", host)
