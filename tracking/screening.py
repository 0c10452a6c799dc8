"""The steps that drop a hit: who is not a visitor, or must not be counted, takes no number.

Steps of `tracking.pipeline`. A dropped hit is answered with nothing or refused, stored nowhere and
counted by its reason, so that an owner can see how much was left out and why.
"""

from uuid import UUID

import msgspec
from msgspec.structs import replace

from ringtrail.core.identifiers import derived_at
from tracking import store as visits
from tracking.client import Client
from tracking.hit import NOTHING, Hit, each
from tracking.network import within
from tracking.own import switched
from tracking.store import KnownSite, Store


@each
def refuse_unknown_origin(_store: Store, hit: Hit) -> Hit:
    """A foreign page with a copied site key; it is told so."""
    if hit.client.origin in hit.site.origins:
        return hit
    return replace(hit, dropped="unknown_origin")


@each
def refuse_over_rate(_store: Store, hit: Hit) -> Hit:
    """More pages of one address, or of the whole site, than people open; told when to come again.

    The origin is known to be the site's own, so a foreign page takes nothing of its pace.
    """
    wait = hit.ledgers.pace.wait(hit.site.id, hit.client.line, hit.received_at)
    return replace(hit, dropped="rate", wait=wait) if wait else hit


@each
def drop_prerender(_store: Store, hit: Hit) -> Hit:
    """A page that a browser loads ahead: nobody has seen it, and perhaps nobody will."""
    return replace(hit, dropped="prerender", answer=NOTHING) if hit.body.prerender else hit


@each
def drop_bot(_store: Store, hit: Hit) -> Hit:
    """A program: by its user agent, or by the browser's own word that a program drives it."""
    bot = hit.body.webdriver or hit.client.device.bot
    return replace(hit, dropped="bot", answer=NOTHING) if bot else hit


@each
def drop_own_traffic(store: Store, hit: Hit) -> Hit:
    """The business's own people, by the networks that the site lists or by their own switch.

    Their visitor id is answered, so that the browser keeps what it is known by.
    """
    body, site, own, now = hit.body, hit.site.id, hit.ledgers.own, hit.received_at
    visitor = None if body.consent.denied else body.visitor
    off = switched(body.url)
    if off is not None and visitor is not None:
        own.switch(store, site, visitor, now, off=off)
        if off and body.visit:
            visits.withdraw(store, site, body.visit, now)
    if not (off or _is_own(hit.client, hit.site) or own.includes(store, site, visitor, now)):
        return hit
    answer = msgspec.json.encode({**msgspec.json.decode(NOTHING), "visitor": visitor})
    return replace(hit, dropped="own_traffic", visitor=visitor, answer=answer)


@each
def drop_without_consent(store: Store, hit: Hit) -> Hit:
    """A visitor who said no gets neither identity nor numbers, and loses those of this visit."""
    if not hit.body.consent.denied:
        return hit
    if hit.body.visit:
        visits.withdraw(store, hit.site.id, hit.body.visit, hit.received_at)
    return replace(hit, dropped="no_consent", answer=NOTHING)


@each
def drop_over_share(store: Store, hit: Hit) -> Hit:
    """A new visit from a network that already holds its share of the site's numbers."""
    network, shares = hit.client.network, hit.ledgers.shares
    if network is None:
        return hit
    if hit.visit is not None:
        shares.keep(hit.visit, hit.received_at)
        return hit
    site, now = hit.site.id, hit.received_at
    if shares.take(site, network, new_visit(hit), now, lambda: visits.stock(store, site)):
        return hit
    return replace(hit, dropped="share", answer=NOTHING)


def unwanted(client: Client, site: KnownSite) -> str | None:
    """Why what is no hit is not taken from this client, in the words of the steps above."""
    if client.device.bot:
        return "bot"
    return "own_traffic" if _is_own(client, site) else None


def _is_own(client: Client, site: KnownSite) -> bool:
    return client.address is not None and within(client.address, site.own_networks)


def new_visit(hit: Hit) -> UUID:
    """The id of the visit that begins with this hit; a retry cannot make a second one.

    Ordered by time, so that the store's indices grow at their ends.
    """
    return derived_at(hit.body.at, hit.body.event_id, f"visit:{hit.site.id}")
