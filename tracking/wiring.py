"""Routes of the website intake; called by `ringtrail.server`."""

from starlette.routing import Route

from ringtrail.core.clock import Clock
from ringtrail.core.database import Writer
from tracking.api import Intake, preflight, script


def routes(writer: Writer, clock: Clock, *, max_body: int) -> list[Route]:
    intake = Intake(writer, clock, max_body=max_body)
    hot = {"/v1/visit": intake.visit, "/v1/beat": intake.beat, "/v1/leave": intake.leave}
    return [
        Route("/ringtrail.js", script, methods=["GET"]),
        *(Route(path, handler, methods=["POST"]) for path, handler in hot.items()),
        *(Route(path, preflight, methods=["OPTIONS"]) for path in hot),
    ]
