"""Which static number stands for whom: each kind of rule, and which wins."""

from dataclasses import dataclass

import pytest

from numbers_pool.fixed.rule import RULES, Declared, choose

ORIGINAL, OTHER = "+74951234567", "+78121234567"
LANDING = "https://shop.example/sale/tyres?utm_source=yandex&yclid=5"
REFERRER = "https://www.Avito.ru/moskva"


@dataclass(frozen=True)
class From:
    source: str
    medium: str


AVITO = From("avito.ru", "referral")


def declared(number: str, rule: str, *patterns: str, original: str = ORIGINAL) -> Declared:
    return Declared(number, original, rule, patterns, "avito", "referral")


def chosen(*known: Declared, origin: From = AVITO) -> list[str]:
    return [one.number for one in choose(known, origin, REFERRER, LANDING)]


@pytest.mark.parametrize(
    ("rule", "pattern", "true"),
    [
        ("landing", "utm_source=yandex", True),
        ("landing", "utm_source=google", False),
        ("landing", "utm_source", True),
        ("landing", "yclid", True),
        ("landing", "gclid", False),
        ("landing", "/sale", True),
        ("landing", "/sale/", True),
        ("landing", "/sal", False),
        ("landing", "/", True),
        ("referrer", "avito.ru", True),
        ("referrer", "www.avito.ru", True),
        ("referrer", "vito.ru", False),
        ("referrer", "m.avito.ru", False),
        ("group", "avito.ru/referral", True),
        ("group", "*/referral", True),
        ("group", "AVITO.RU/*", True),
        ("group", "*/organic", False),
    ],
)
def test_rules(rule: str, pattern: str, true: bool) -> None:
    assert chosen(declared("+74950000001", rule, pattern)) == (["+74950000001"] if true else [])


def test_any_pattern_will_do() -> None:
    assert chosen(declared("+74950000001", "landing", "gclid", "yclid")) == ["+74950000001"]


def test_the_stronger_kind_wins_whatever_the_order() -> None:
    patterns = {"landing": ["yclid"], "referrer": ["avito.ru"], "group": ["*/referral"]}
    known = [
        declared(f"+7495000000{place}", rule, *patterns.get(rule, []))
        for place, rule in enumerate(RULES)
    ]
    for weakest in range(len(known)):
        assert chosen(*reversed(known[weakest:])) == [known[weakest].number]
    assert chosen(*known[:3], origin=From("google", "cpc")) == [known[0].number]


def test_of_two_of_a_kind_the_one_added_first_wins() -> None:
    assert chosen(declared("+74950000001", "always"), declared("+74950000002", "always")) == [
        "+74950000001"
    ]


def test_each_number_on_the_page_has_its_own() -> None:
    first = declared("+74950000001", "always")
    second = declared("+78120000001", "landing", "yclid", original=OTHER)
    assert sorted(chosen(first, second)) == ["+74950000001", "+78120000001"]


def test_what_is_no_address_matches_no_rule_but_always() -> None:
    known = [
        declared("+74950000001", "landing", "yclid"),
        declared("+74950000002", "referrer", "avito.ru"),
        declared("+74950000003", "always"),
    ]
    (one,) = choose(known, AVITO, "http://[", "http://[")
    assert one.number == "+74950000003"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Declared("+1", "+2", "sometimes", (), "a", "b"), "no rule"),
        (Declared("+1", "+2", "always", ("x",), "a", "b"), "takes no pattern"),
        (Declared("+1", "+2", "referrer", (), "a", "b"), "needs a pattern"),
        (Declared("+1", "+2", "group", ("organic",), "a", "b"), "source/medium"),
        (Declared("+1", "+2", "always", (), "", "b"), "needs the source"),
    ],
)
def test_what_cannot_be_a_rule_is_told(wrong: Declared, told: str) -> None:
    assert told in (wrong.flaw() or "")
    assert declared("+1", "always").flaw() is None
