"""`ringtrail serve` with the demo's shop on the same port, for the site whose key it is given.

    python -m tests.story.serve_shop SITE_KEY

Started by tests.story.shop. The shop's pages are the demo's; nothing else of the demo is here.
"""

import asyncio
import sys

import structlog

from ringtrail import server
from ringtrail.core.settings import read_settings
from ringtrail.demo import shop
from ringtrail.platform import Platform
from tests.story.shop import BUSINESS


def main(site_key: str) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    platform = Platform(read_settings())
    pages = shop.routes(lambda: site_key, "020 7946 0958", BUSINESS)
    application = server.create_app(platform, extra=tuple(pages))
    gate = server.add_dashboards(application, platform)
    asyncio.run(server.serve(platform, gate, server.as_operator(application)))


if __name__ == "__main__":
    main(sys.argv[1])
