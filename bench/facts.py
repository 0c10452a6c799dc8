"""Facts of sites as busy as somebody asks, for benches that need a warehouse with many visits.

Told by SQL in one statement a kind, since millions by the front door take hours; or as facts for
the inbox. Five sites of one account share the visits evenly over the days. A person has three and a
half visits on average to one of the sites, a fifth of them direct, the others by 400 campaigns of
the site's own, of which few bring most; each gets a number for half an hour, out of 200 a site, or
as many as are leased 25 times a day each. Of
1,000 visits 20 end in a call on that number, half of them from a phone that was told before; 5 in a
form, and 10 come by a link that knows the person's e-mail. Everything follows from the number of
the visit, so that parts told apart are the whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ringtrail.core.clock import DAY, Micros
from ringtrail.core.facts import KINDS, Fact
from ringtrail.core.identifiers import mint
from ringtrail.core.warehouse import Query, Transaction

ACCOUNT = 1
SITES = (1, 2, 3, 4, 5)
REST = -1
_EPOCH = datetime(1970, 1, 1)
_TOLD = """CREATE OR REPLACE TEMP TABLE bench_visit AS
WITH own AS (
  SELECT n, hash(n) % $persons AS person, CASE WHEN person % 100 < $scattered THEN person % 100
    WHEN n >= $visits * (1 - $recent / 100) THEN $scattered + person // 100 % $recent
    ELSE -1 END AS part
  FROM range($visits) r(n)),
drawn AS (
  SELECT *, hash(n, 'draw') % 1000 AS draw, hash(n, 'traffic') % 1000000 / 1e6 AS u
  FROM own WHERE part = $part),
came AS (
  SELECT *, (person % 5 + 1)::INTEGER AS site, $until - ($visits - n) * $apart AS us,
    CASE WHEN u >= 0.2 THEN (site + 5 * floor(400 * pow((u - 0.2) / 0.8, 3)))::INTEGER END
      AS campaign
  FROM drawn)
SELECT n, person, draw, site, make_timestamp(us) AS "at", campaign,
  (printf('%012x', us // 1000) || '70008' || printf('%015x', n))::UUID AS visit,
  (printf('%012x', us // 1000) || '70009' || printf('%015x', n))::UUID AS lease,
  ('00000000000070008' || printf('%015x', person))::UUID AS visitor,
  printf('+4420%08d', site * 10000 + n // 5 % $numbers) AS number
FROM came"""
_PHONE = "printf('+447%09d', CASE WHEN draw % 2 = 0 THEN person ELSE 500_000_000 + n END)"
_SELECT = {
    "visit": """SELECT visit, visitor, 'https://shop.example/' AS landing,
        CASE WHEN campaign IS NULL THEN '(direct)' ELSE ['google', 'bing', 'yandex', 'facebook',
          'newsletter', 'partner.example', 'vk'][1 + campaign % 7] END AS source,
        CASE WHEN campaign IS NULL THEN '(none)' ELSE ['cpc', 'organic', 'social', 'email',
          'referral'][1 + campaign % 5] END AS medium,
        CASE WHEN campaign IS NULL THEN 'Direct' ELSE ['Paid Search', 'Organic Search',
          'Organic Social', 'Email', 'Referral'][1 + campaign % 5] END AS channel,
        'campaign ' || campaign AS campaign, 'utm' AS rule, false AS overflow,
        "at" AS occurred_at""",
    "lease": 'SELECT lease, visit, site AS pool, number, "at" AS occurred_at',
    "lease_closed": """SELECT lease, number, "at" + INTERVAL 5 MINUTE AS last_seen,
        "at" + INTERVAL 35 MINUTE AS held_until, held_until AS occurred_at""",
    "call": f"""SELECT visit::VARCHAR AS key, md5('call' || n)::UUID AS call, number,
        {_PHONE} AS caller, 'allowed' AS presentation, 'inbound' AS direction,
        CASE WHEN draw < 16 THEN 'answered' ELSE 'missed' END AS outcome, 9 AS ring_seconds,
        0 AS menu_seconds, 0 AS hold_seconds, (draw * 7)::INTEGER AS talk_seconds,
        "at" + to_seconds(60 + hash(n, 'wait') % 1800) AS occurred_at, occurred_at AS told_at""",
    "contact": f"""SELECT visit::VARCHAR AS key, md5('contact' || n)::UUID AS contact,
        'form' AS way, 'ours' AS vendor, {_PHONE} AS phone,
        'person' || person || '@example.com' AS email, visit, visitor,
        "at" + INTERVAL 4 MINUTE AS occurred_at, occurred_at AS told_at""",
    "identified": """SELECT visit, visitor, 'person' || person || '@example.com' AS email,
        "at" AS occurred_at""",
}
_DRAWS = {"call": "draw < 20", "contact": "draw BETWEEN 20 AND 24",
          "identified": "draw BETWEEN 25 AND 34"}  # fmt: skip
_SITES = """INSERT INTO fact_site BY NAME SELECT uuid() AS fact_id, $batch::UUID AS batch,
      1 AS account, site, make_timestamp($since) AS occurred_at, occurred_at AS received_at,
      'Shop ' || site AS name, 'Europe/London' AS timezone, 'GBP' AS currency
    FROM range(1, 6) r(site)"""
_NUMBERS = """INSERT INTO fact_number_owned BY NAME SELECT uuid() AS fact_id, $batch::UUID AS batch,
      1 AS account, site, make_timestamp($since) AS occurred_at, occurred_at AS received_at,
      printf('+4420%08d', site * 10000 + i) AS number, 'pool' AS role, site AS pool,
      occurred_at AS since
    FROM range(1, 6) r(site), range($numbers) s(i)"""
_NOTE = """INSERT INTO loaded_batch
  SELECT $batch, (SELECT count(*) FROM bench_visit), make_timestamp($until),
    nextval('load_position')"""


@dataclass(frozen=True, slots=True)
class World:
    """So many visits over so many days up to `until`, in parts that may be told later.

    Parts 0 to `scattered` - 1 have 1 % of the persons each, with all that they ever did; the
    `recent` parts after them 1 % of the visits each, of the last days and of persons whom one may
    know. Everything else is `REST`.
    """

    visits: int
    until: Micros
    days: int = 400
    scattered: int = 0
    recent: int = 0

    @property
    def numbers(self) -> int:
        """Of a site: were there fewer, more visits would hold one at once than a pool allows."""
        return max(200, self.visits // self.days // len(SITES) // 25)

    def tell(self, transaction: Transaction, part: int = REST) -> UUID:
        """Put all facts of this part into the fact tables as one batch; returns the batch."""
        batch = mint()
        named = {"batch": str(batch)}
        self._draw(transaction, part)
        if part == REST:
            standing = named | {"since": self.until - self.days * DAY}
            transaction.run(Query("bench sites", _SITES), standing)
            owned = standing | {"numbers": self.numbers}
            transaction.run(Query("bench numbers", _NUMBERS), owned)
        for kind in _SELECT:
            text = (
                f"INSERT INTO fact_{kind} BY NAME SELECT uuid() AS fact_id, $batch::UUID AS batch, "
                f"{ACCOUNT} AS account, occurred_at AS received_at, * FROM ({_of(kind)})"
            )
            transaction.run(Query(f"bench {kind}", text), named)
        transaction.run(Query("bench note", _NOTE), named | {"until": self.until})
        return batch

    def facts(self, transaction: Transaction, part: int) -> Iterator[Fact]:
        """The same facts as an intake would put them into the inbox."""
        self._draw(transaction, part)
        for kind in _SELECT:
            for at, row in enumerate(transaction.rows(Query(f"bench {kind}", _of(kind)))):
                told = {name: _plain(value) for name, value in row.items()}
                source = f"bench {kind} {part} {at}"
                yield KINDS[kind](account=ACCOUNT, source_id=source, **told)

    def _draw(self, transaction: Transaction, part: int) -> None:
        values = {
            "visits": self.visits, "persons": max(1, self.visits * 2 // 7), "until": self.until,
            "apart": self.days * DAY // self.visits, "part": part,
            "scattered": self.scattered, "recent": self.recent, "numbers": self.numbers,
        }  # fmt: skip
        transaction.run(Query("bench visits", _TOLD), values)


def _of(kind: str) -> str:
    where = f" WHERE {_DRAWS[kind]}" if kind in _DRAWS else ""
    return f"{_SELECT[kind]}, site FROM bench_visit{where} ORDER BY n"


def _plain(value: Any) -> Any:
    return (value - _EPOCH) // timedelta(microseconds=1) if isinstance(value, datetime) else value
