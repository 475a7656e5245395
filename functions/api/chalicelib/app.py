"""Chalice, without what our routes have no need of."""

from __future__ import annotations

from typing import Any

from chalice.app import Chalice, Request


class PaygateApp(Chalice):
    """Calls a known route's view directly.

    Chalice wraps each call in a chain of middleware and compares media types several times, which costs more than all
    else that it does. Our views take any content type, never raise, and answer with JSON text, so none of that can
    change an answer. What is no route of ours goes Chalice's own way.
    """

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        gateway = event.get("requestContext", {})
        route = self.routes.get(gateway.get("resourcePath"), {}).get(gateway.get("httpMethod"))
        if route is None:
            return super().__call__(event, context)
        self.current_request = Request(event, context)
        parameters = {name: event["pathParameters"][name] for name in route.view_args}
        return route.view_function(**parameters).to_dict()
