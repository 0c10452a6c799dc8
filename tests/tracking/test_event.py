"""Forms, chats and clicks over HTTP, on both operational stores."""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine
from starlette.applications import Starlette

from ringtrail.core.clock import MINUTE, SetClock
from ringtrail.core.facts import Contact, Fact, Identified, NumberClicked
from ringtrail.store import Opened, change_site, hard_coded_numbers
from tests.conftest import Tables
from tests.tracking.browser import facts
from tests.tracking.conftest import CHROME

ORIGIN = "https://shop.example"
IDENTIFY = {"vendor": "api", "form": "identify"}
ANN = {"phone": "8 495 765-43-21", "email": "Ann@Example.com", "name": "Ann"}
Send = Callable[..., Any]


@pytest.fixture
def send(client: httpx.AsyncClient, site: Opened, clock: SetClock) -> Send:
    """Sends an event of the shop's page and gives the answer, which must be of this status."""

    async def post(kind: str, fields: dict[str, Any], status: int = 202, /, **changes: Any) -> Any:
        now = clock.now() // 1000
        body = {
            "event_id": str(uuid4()), "site": site.site_key, "at": now, "sent_at": now,
            "kind": kind, "fields": fields, "page": f"{ORIGIN}/order?email=ann@example.com&step=2",
        }  # fmt: skip
        path = "/v1/visit" if kind == "visit" else "/v1/event"
        answer = await client.post(path, json=body | changes, headers={"origin": ORIGIN})
        assert answer.status_code == status, answer.text
        assert answer.headers["cache-control"] == "no-store"
        return answer.json()

    return post


@pytest.fixture
def visited(send: Send) -> Callable[[], Any]:
    """Opens a page; returns the visit, the visitor and the lease."""

    async def come() -> dict[str, Any]:
        found: dict[str, Any] = await send("visit", {}, 200, url=f"{ORIGIN}/?utm_source=yandex")
        return found

    return come


def contacts(found: Iterable[Fact]) -> list[Contact]:
    return [fact for fact in found if isinstance(fact, Contact)]


@pytest.mark.parametrize("kind", ["form", "chat", "callback"])
async def test_a_contact_is_a_fact_of_its_visit(
    database: Engine, send: Send, visited: Callable[[], Any], clock: SetClock, site: Opened,
    kind: str,
) -> None:  # fmt: skip
    change_site(database, site.site_key, own_networks=[], contact_fields=["size"])
    visit = await visited()
    fields = {**ANN, "vendor": "cf7", "form": "order", "message": "XL, please", "size": "XL",
              "hidden": "no", "password": "no"}  # fmt: skip
    answer = await send(kind, fields, visit=visit["visit"], visitor=str(uuid4()))
    (contact,) = contacts(facts(database))
    assert answer == {"contact": str(contact.contact)}
    assert contact == Contact(
        account=site.account, site=site.site, occurred_at=clock.now(),
        source_id=contact.source_id, key=str(contact.contact), contact=contact.contact,
        told_at=clock.now(), way=kind, vendor="cf7", form="order", phone="+74957654321",
        email="ann@example.com", name="Ann", message="XL, please", page=f"{ORIGIN}/order?step=2",
        visit=UUID(visit["visit"]), visitor=UUID(visit["visitor"]), fields={"size": "XL"},
    )  # fmt: skip


async def test_hooks_of_one_submission_are_one_contact(
    database: Engine, send: Send, visited: Callable[[], Any], clock: SetClock
) -> None:
    visit = (await visited())["visit"]
    told = [
        await send("form", {"phone": ANN["phone"], "vendor": "generic"}, visit=visit),
        await send("form", {**ANN, "vendor": "tilda", "form": "popup"}, visit=visit),
    ]
    clock.forward(minutes=9)
    told.append(await send("chat", {"email": "ann@example.com", "vendor": "jivo"}))
    clock.forward(minutes=9)
    told.append(await send("form", {"phone": "+7 (495) 765 43 21"}))
    assert len({answer["contact"] for answer in told}) == 1
    first, newest = contacts(facts(database))
    assert (first.key, first.occurred_at) == (newest.key, newest.occurred_at)
    assert (first.vendor, first.email) == ("generic", None)
    assert (newest.vendor, newest.form, newest.email) == ("tilda", "popup", "ann@example.com")
    clock.forward(minutes=11)
    later = await send("form", ANN)
    assert later["contact"] != told[0]["contact"]


async def test_a_contact_without_a_visit_gets_it_with_its_visitor(
    database: Engine, send: Send, visited: Callable[[], Any]
) -> None:
    visit, other = await visited(), await visited()
    await send("form", ANN)
    await send("form", {**ANN, "vendor": "tilda"}, visit=visit["visit"])
    await send("form", {**ANN, "message": "Are you open?"}, visit=other["visit"])
    told = [(contact.visit, contact.visitor) for contact in contacts(facts(database))]
    own = (UUID(visit["visit"]), UUID(visit["visitor"]))
    assert told == [(None, None), own, own]


async def test_hooks_that_come_at_once_are_one_contact(database: Engine, send: Send) -> None:
    answers = await asyncio.gather(*(send("form", ANN) for _ in range(5)))
    assert len({answer["contact"] for answer in answers}) == 1
    assert len(contacts(facts(database))) == 1


async def test_other_people_are_other_contacts(database: Engine, send: Send) -> None:
    people: list[dict[str, str]] = [ANN, {"phone": "84957654322"}, {"email": "bob@example.com"}]
    assert len({(await send("form", fields))["contact"] for fields in people}) == 3


async def test_a_chat_begins_nameless_and_is_named_later(
    database: Engine, send: Send, visited: Callable[[], Any]
) -> None:
    visit, other = (await visited())["visit"], (await visited())["visit"]
    begun = await send("chat", {"vendor": "jivo"}, visit=visit)
    named = await send("chat", {"vendor": "jivo", **ANN}, visit=visit)
    foreign = await send("chat", {"vendor": "jivo"}, visit=other)
    assert begun == named != foreign
    assert begun["contact"] is not None


@pytest.mark.parametrize(
    ("kind", "fields", "changes"),
    [
        ("form", {"name": "a search box"}, {}),
        ("chat", {"vendor": "jivo"}, {}),
        ("chat", {"vendor": "jivo"}, {"visit": str(uuid4())}),
        ("custom", {"name": "goal"}, {}),
        ("custom", {**IDENTIFY, **ANN}, {}),
        ("custom", {**IDENTIFY, **ANN}, {"visit": str(uuid4())}),
        ("custom", {"name": "hard_coded_number", "number": "+74951234567"}, {}),
        ("custom", {"name": "hard_coded_number", "number": "nonsense"}, {}),
        ("click", {}, {}),
        ("click", {"lease": "nonsense"}, {"visit": str(uuid4())}),
        ("click", {"lease": str(uuid4())}, {"visit": str(uuid4())}),
        ("form", ANN, {"consent": {"state": "denied"}}),
    ],
)
async def test_what_is_no_contact_leaves_none(
    database: Engine, send: Send, kind: str, fields: dict[str, str], changes: dict[str, Any]
) -> None:
    assert await send(kind, fields, **changes) == {"contact": None}
    assert contacts(facts(database)) == []


async def test_a_visitor_whom_the_page_knows_is_told_once_a_visit(
    database: Engine, send: Send, visited: Callable[[], Any], clock: SetClock, site: Opened
) -> None:
    visit, other = await visited(), await visited()
    for _ in range(3):
        answer = await send("custom", {**IDENTIFY, **ANN, "id": "17"}, visit=visit["visit"])
        assert answer == {"contact": None}
        clock.forward(minutes=1)
    await send("custom", {**IDENTIFY, **ANN, "id": "18"}, visit=visit["visit"])
    await send("custom", {**IDENTIFY, "id": "17"}, visit=other["visit"])
    await send("custom", {**IDENTIFY, "name": "nobody"}, visit=other["visit"])
    told = [fact for fact in facts(database) if isinstance(fact, Identified)]
    assert [(str(fact.visit), str(fact.visitor), fact.customer) for fact in told] == [
        (visit["visit"], visit["visitor"], "17"),
        (visit["visit"], visit["visitor"], "18"),
        (other["visit"], other["visitor"], "17"),
    ]
    assert (told[0].phone, told[0].email) == ("+74957654321", "ann@example.com")
    assert (told[2].phone, told[2].email) == (None, None)
    assert told[0].occurred_at == clock.now() - 3 * MINUTE


async def test_events_of_a_browser_that_switched_itself_off_are_left_out(
    database: Engine, send: Send, visited: Callable[[], Any]
) -> None:
    visitor = str(uuid4())
    await send("visit", {}, 200, url=f"{ORIGIN}/?ringtrail=off", visitor=visitor)
    assert await send("form", ANN, visitor=visitor) == {"contact": None}
    assert contacts(facts(database)) == []
    assert (await send("form", ANN, visitor=str(uuid4())))["contact"] is not None


async def test_a_phone_that_nobody_can_read_is_still_a_contact(
    database: Engine, send: Send
) -> None:
    answer = await send("form", {"phone": "0000", "name": "Ann"})
    (contact,) = contacts(facts(database))
    assert (contact.phone, contact.name) == (None, "Ann")
    assert answer["contact"] == str(contact.contact)


async def test_the_same_event_gets_the_same_answer_and_is_stored_once(
    send: Send, tables: Callable[[], Tables], clock: SetClock
) -> None:
    event = str(uuid4())
    first = await send("form", ANN, event_id=event)
    stored = tables()
    clock.forward(hours=40)
    assert await send("form", ANN, event_id=event) == first
    assert tables() == stored


async def test_without_consent_nothing_is_stored_and_the_number_is_given_back(
    database: Engine, send: Send, visited: Callable[[], Any], tables: Callable[[], Tables],
    clock: SetClock,
) -> None:  # fmt: skip
    visit = await visited()
    before = tables()
    answer = await send("form", ANN, visit=visit["visit"], consent={"state": "denied"})
    assert answer == {"contact": None}
    after = tables()
    assert after["inbox"] == before["inbox"]
    assert after["recent_contact"] == after["current_visit"] == []
    assert clock.now() + 10 * MINUTE in after["lease"][0]


@pytest.mark.parametrize(("agent", "result"), [("Googlebot/2.1", "bot"), (None, "own_traffic")])
async def test_bots_and_the_sites_own_people_leave_nothing(
    client: httpx.AsyncClient, database: Engine, site: Opened, send: Send,
    tables: Callable[[], Tables], agent: str | None, result: str,
) -> None:  # fmt: skip
    def counted() -> float:
        labels = {"kind": "form", "result": result}
        return REGISTRY.get_sample_value("ringtrail_events_total", labels) or 0

    if agent is None:
        change_site(database, site.site_key, own_networks=["127.0.0.0/8"])
    else:
        client.headers["user-agent"] = agent
    before, seen = tables(), counted()
    assert await send("form", ANN) == {"contact": None}
    assert tables() == before
    assert counted() == seen + 1


async def test_a_click_holds_the_number_for_half_an_hour_and_is_told(
    database: Engine, send: Send, visited: Callable[[], Any], tables: Callable[[], Tables],
    clock: SetClock,
) -> None:  # fmt: skip
    visit = await visited()
    lease = visit["numbers"][0]["lease"]
    assert await send("click", {"lease": lease}, visit=visit["visit"]) == {"contact": None}
    assert clock.now() + 30 * MINUTE in tables()["lease"][0]
    await send("click", {"lease": lease}, visit=str(uuid4()))
    (told,) = [fact for fact in facts(database) if isinstance(fact, NumberClicked)]
    assert (str(told.visit), str(told.lease)) == (visit["visit"], lease)
    assert told.occurred_at == clock.now()


async def test_a_number_written_into_a_page_is_kept_for_the_doctor(
    database: Engine, send: Send
) -> None:
    page = f"{ORIGIN}/contact?phone=84951234567"
    for _ in range(2):
        fields = {"name": "hard_coded_number", "number": "+74950000002", "page": page}
        assert await send("custom", fields) == {"contact": None}
    assert hard_coded_numbers(database) == [("+74950000002", f"{ORIGIN}/contact")]
    for number in range(40):
        await send("custom", {**fields, "page": f"{ORIGIN}/{number}"})
    assert len(hard_coded_numbers(database)) == 20


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": "fax"}),
        ("kind", {"kind": None}),
        ("fields", {"fields": ["x"]}),
        ("visit", {"visit": "x"}),
    ],
)
async def test_a_field_that_is_wrong_is_named(
    send: Send, tables: Callable[[], Tables], field: str, changes: dict[str, Any]
) -> None:
    before = tables()
    answer = await send("form", {}, 400, **changes)
    assert (answer["error"]["code"], answer["error"]["field"]) == ("malformed", field)
    assert tables() == before


async def test_more_than_is_kept_is_cut_and_what_is_no_text_becomes_one(
    database: Engine, send: Send, site: Opened
) -> None:
    """The script sends what people and plug-ins gave it as it is."""
    allowed = ["size", "age", "news", "hollow", "f23", "f24"]
    change_site(database, site.site_key, own_networks=[], contact_fields=allowed)
    fields = {
        "phone": 84957654321, "message": "x" * 2_000, "size": ["S", None, 7, ["deep"], {"a": 1}],
        "age": 41.5, "news": True, "hollow": {"a": "b"}, **{f"f{n}": "y" for n in range(40)},
        "n" * 70: "a name that is too long",
    }  # fmt: skip
    await send("form", fields)
    (contact,) = contacts(facts(database))
    assert (contact.phone, contact.message) == ("+74957654321", "x" * 1_000)
    assert contact.fields == {"size": "S, 7", "age": "41.5", "news": "true", "f23": "y"}


@pytest.mark.parametrize("path", ["x", "fields"])
async def test_a_body_without_a_bottom_is_refused(
    client: httpx.AsyncClient, site: Opened, tables: Callable[[], Tables], path: str
) -> None:
    before = tables()
    content = json.dumps({path: 0}).replace("0", "[" * 1_500 + "]" * 1_500)
    answer = await client.post("/v1/event", content=content, headers={"origin": ORIGIN})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")
    assert tables() == before


async def test_a_network_that_floods_is_told_to_wait(
    intake: Starlette, site: Opened, tables: Callable[[], Tables], clock: SetClock
) -> None:
    async def post(address: str) -> int:
        now = clock.now() // 1000
        body = {
            "event_id": str(uuid4()), "site": site.site_key, "at": now, "sent_at": now,
            "kind": "form", "fields": {"phone": f"8495{1_000_000 + len(taken)}"},
        }  # fmt: skip
        transport = httpx.ASGITransport(intake, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://r.example") as farm:
            headers = {"origin": ORIGIN, "user-agent": CHROME}
            answer = await farm.post("/v1/event", json=body, headers=headers)
        taken.append(answer.status_code)
        return answer.status_code

    taken: list[int] = []
    for host in range(70):
        await post(f"77.88.8.{host}")
    assert taken == [202] * 60 + [429] * 10
    assert len(tables()["answered_event"]) == 60
    assert await post("8.8.8.8") == 202
    clock.forward(minutes=1)
    assert await post("77.88.8.8") == 202
