"""Where personal data lies: every column that may hold a phone, an e-mail, a name or an address.

Masking, export and erasure follow this list; a test fails on a column that looks personal and is
neither declared here nor declared impersonal.
"""

from dataclasses import dataclass
from enum import StrEnum


class Personal(StrEnum):
    """What kind of personal data a column holds."""

    phone = "phone"
    email = "email"
    name = "name"
    address = "address"
    identifier = "identifier"


@dataclass(frozen=True, slots=True)
class Column:
    store: str
    table: str
    column: str


PERSONAL: dict[Column, Personal] = {
    Column("operational", "person", "email"): Personal.email,
    Column("operational", "person", "name"): Personal.name,
    Column("operational", "inbox", "body"): Personal.phone,
    Column("operational", "inbox", "answer"): Personal.identifier,
    Column("operational", "dead_letter", "body"): Personal.phone,
    Column("operational", "lease", "card"): Personal.identifier,
    Column("operational", "lease", "visitor"): Personal.identifier,
    Column("operational", "current_visit", "visitor"): Personal.identifier,
    Column("operational", "current_visit", "click_id"): Personal.identifier,
    Column("operational", "answered_event", "body"): Personal.identifier,
    Column("operational", "own_visitor", "visitor"): Personal.identifier,
    Column("operational", "recent_contact", "phone"): Personal.phone,
    Column("operational", "recent_contact", "email"): Personal.email,
    Column("operational", "recent_contact", "name"): Personal.name,
    Column("operational", "recent_contact", "message"): Personal.name,
    Column("operational", "recent_contact", "page"): Personal.address,
    Column("operational", "recent_contact", "visitor"): Personal.identifier,
    Column("operational", "recent_contact", "fields"): Personal.name,
    Column("operational", "live_call", "caller"): Personal.phone,
    Column("operational", "live_call", "candidates"): Personal.identifier,
    Column("operational", "journal_scrap", "line"): Personal.phone,
    Column("warehouse", "fact_visit", "visitor"): Personal.identifier,
    Column("warehouse", "fact_visit", "landing"): Personal.address,
    Column("warehouse", "fact_visit", "referrer"): Personal.address,
    Column("warehouse", "fact_visit", "client_ids"): Personal.identifier,
    Column("warehouse", "fact_visit", "click_id"): Personal.identifier,
    Column("warehouse", "fact_visit", "city"): Personal.address,
    Column("warehouse", "fact_page", "url"): Personal.address,
    Column("warehouse", "fact_call", "caller"): Personal.phone,
    Column("warehouse", "fact_contact", "phone"): Personal.phone,
    Column("warehouse", "fact_contact", "email"): Personal.email,
    Column("warehouse", "fact_contact", "name"): Personal.name,
    Column("warehouse", "fact_contact", "message"): Personal.name,
    Column("warehouse", "fact_contact", "page"): Personal.address,
    Column("warehouse", "fact_contact", "visitor"): Personal.identifier,
    Column("warehouse", "fact_contact", "fields"): Personal.name,
    Column("warehouse", "fact_identified", "visitor"): Personal.identifier,
    Column("warehouse", "fact_identified", "phone"): Personal.phone,
    Column("warehouse", "fact_identified", "email"): Personal.email,
    Column("warehouse", "fact_identified", "customer"): Personal.identifier,
    Column("warehouse", "fact_person_decision", "one"): Personal.phone,
    Column("warehouse", "fact_person_decision", "other"): Personal.phone,
    Column("warehouse", "fact_person_decision", "why"): Personal.name,
    Column("warehouse", "fact_correction", "why"): Personal.name,
    Column("warehouse", "fact_correction", "undone_why"): Personal.name,
    Column("warehouse", "fact_own_phone", "phone"): Personal.phone,
    Column("warehouse", "fact_unknown_number", "caller"): Personal.phone,
    Column("warehouse", "fact_deal", "phone"): Personal.phone,
    Column("warehouse", "fact_deal", "email"): Personal.email,
    Column("warehouse", "fact_deal", "customer"): Personal.identifier,
    Column("warehouse", "fact_deal", "contact"): Personal.identifier,
    Column("warehouse", "mart_source", "click_id"): Personal.identifier,
    Column("warehouse", "mart_call", "caller"): Personal.phone,
    Column("warehouse", "mart_call", "visitor"): Personal.identifier,
    Column("warehouse", "mart_call", "click_id"): Personal.identifier,
    Column("warehouse", "mart_call", "landing"): Personal.address,
    Column("warehouse", "mart_candidate", "visitor"): Personal.identifier,
    Column("warehouse", "mart_conversion", "person"): Personal.identifier,
    Column("warehouse", "mart_share", "person"): Personal.identifier,
    Column("warehouse", "mart_credit", "person"): Personal.identifier,
    Column("warehouse", "mart_lead", "person"): Personal.identifier,
    Column("warehouse", "mart_lead_event", "whose"): Personal.phone,
    Column("warehouse", "mart_mention", "node"): Personal.phone,
    Column("warehouse", "mart_person", "node"): Personal.phone,
    Column("warehouse", "mart_person", "person"): Personal.identifier,
    Column("warehouse", "mart_person", "cluster"): Personal.identifier,
    Column("warehouse", "mart_person_alarm", "node"): Personal.phone,
    Column("warehouse", "mart_person_alarm", "cluster"): Personal.identifier,
}

# Columns whose names sound personal and whose content is the business's own.
IMPERSONAL: frozenset[Column] = frozenset(
    {
        Column("operational", "account", "name"),
        Column("operational", "site", "name"),
        Column("operational", "branch", "name"),
        Column("operational", "api_key", "name"),
        Column("operational", "connection", "name"),
        Column("operational", "number_pool", "name"),
        Column("operational", "destination", "name"),
        Column("operational", "destination", "uri"),
        Column("operational", "trunk", "name"),
        Column("operational", "trunk", "addresses"),
        Column("operational", "trunk", "number_from"),
        Column("operational", "route", "number"),
        Column("operational", "live_call", "number"),
        Column("operational", "lease", "number"),
        Column("operational", "tracking_number", "e164"),
        Column("operational", "number_ownership", "number"),
        Column("operational", "static_number", "number"),
        Column("operational", "static_shown", "number"),
        Column("operational", "hard_coded_number", "number"),
        Column("operational", "hard_coded_number", "page"),
        Column("warehouse", "fact_site", "name"),
        Column("warehouse", "fact_pool", "name"),
        Column("warehouse", "fact_pool", "branch_name"),
        Column("warehouse", "fact_visit", "browser_name"),
        Column("warehouse", "fact_lease", "number"),
        Column("warehouse", "fact_lease_closed", "number"),
        Column("warehouse", "fact_number_owned", "number"),
        Column("warehouse", "fact_call", "number"),
        Column("warehouse", "fact_unknown_number", "number"),
        Column("warehouse", "mart_call", "number"),
        Column("warehouse", "mart_open_lease", "number"),
        # How many of each a cluster has.
        Column("warehouse", "schema_step", "name"),
    }
)
