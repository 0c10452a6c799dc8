"""What attribution asks the operational store: the hosts that a site calls its own."""

from sqlalchemy import Engine, select

from ringtrail.core.models import Site
from tracking.source import own_hosts

_SITE = Site.__table__  # type: ignore[attr-defined]


def hosts_of_sites(engine: Engine) -> dict[int, frozenset[str]]:
    """Each site's own hosts, which are never the source of a visit to it."""
    with engine.connect() as connection:
        rows = connection.execute(select(_SITE.c.id, _SITE.c.origins)).all()
    return {site: own_hosts(frozenset(origins)) for site, origins in rows}
