"""Tags of Russian advertising tools, as their links carry them."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.vendor_tag import Openstat, Tag, openstat, vendor_tag


def packed(text: str, encoding: str = "utf-8") -> str:
    return urlsafe_b64encode(text.encode(encoding)).decode()


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
@pytest.mark.parametrize("padding", ["kept", "stripped"])
def test_openstat_is_read_in_both_encodings(encoding: str, padding: str) -> None:
    value = packed("market.yandex.ru;окна — скидки?;1;", encoding)
    if padding == "stripped":
        value = value.rstrip("=")
    assert openstat(value) == Openstat("market.yandex.ru", "окна — скидки?", "1", "")
    # A plus of the other alphabet has become a space on its way through an address.
    assert openstat(value.replace("-", " ").replace("_", "/")) == openstat(value)


@pytest.mark.parametrize(
    "value", ["%%%not-base64", "", ";", ";;;", "a;b", "abc", packed("a\0;b;c;d")]
)
def test_what_is_no_openstat(value: str) -> None:
    assert openstat(value) is None


@given(st.text())
def test_any_text_is_one_or_none(value: str) -> None:
    assert openstat(value) == openstat(value)
    for name in ("_openstat", "roistat", "rs", "calltouch_tm"):
        found = vendor_tag({name: value})
        assert found is None or found.source


@pytest.mark.parametrize(
    ("query", "tag"),
    [
        ({"_openstat": "begun.ru;7;8;"}, Tag("begun.ru", "cpc", "7", "8", None, "openstat")),
        ({"_openstat": "?", "rs": "vk1"}, Tag("vk", "cpc", None, None, None, "roistat")),
        (
            {"roistat": "direct4_search_99_buy tyres"},
            Tag("yandex", "cpc", None, "99", "buy tyres", "roistat"),
        ),
        ({"roistat": "Letter_may"}, Tag("letter", "(not set)", None, None, None, "roistat")),
        ({"roistat": "123"}, None),
        ({"rs": "google1_g_5_x"}, Tag("google", "cpc", None, "5", "x", "roistat")),
        ({"rs": "letter_may"}, None),
        ({"rs": "1"}, None),
        (
            {"calltouch_tm": "yd_c:12_gb:3_ad:45_ph:67_st:search_pt:premium"},
            Tag("yandex", "cpc", "12", "45", "67", "calltouch"),
        ),
        ({"calltouch_tm": "zz_c:12"}, None),
        ({}, None),
    ],
)
def test_examples(query: dict[str, str], tag: Tag | None) -> None:
    assert vendor_tag(query) == tag
