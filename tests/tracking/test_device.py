"""What user agents tell, and which of them are no person's."""

import pytest

from tracking.device import LONGEST, Device, read_device

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/149.0.0.0 Safari/537.36",
         Device("desktop", "Windows", "Chrome")),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Safari/605.1.15",
         Device("desktop", "Mac OS X", "Safari")),
        ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
         Device("desktop", "Ubuntu", "Firefox")),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {APPLE} Mobile/15E148 "
         "Safari/604.1", Device("mobile", "iOS", "Mobile Safari")),
        (f"Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) {APPLE} Mobile/15E148 Safari/604.1",
         Device("tablet", "iOS", "Mobile Safari")),
        (f"Mozilla/5.0 (Linux; Android 15; SM-S921B) {WEBKIT} Chrome/149.0.0.0 Mobile "
         "Safari/537.36", Device("mobile", "Android", "Chrome Mobile")),
        (f"Mozilla/5.0 (Linux; Android 14; SM-X710) {WEBKIT} Chrome/149.0.0.0 Safari/537.36",
         Device("tablet", "Android", "Chrome")),
        (f"Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) {WEBKIT} Version/6.0 TV Safari/537.36",
         Device("tv", "Tizen", "Safari")),
        (f"Mozilla/5.0 (Linux; arm_64; Android 14; SM-A546E) {WEBKIT} Chrome/136.0.0.0 "
         "YaBrowser/25.6.0 Mobile Safari/537.36", Device("mobile", "Android", "Yandex Browser")),
        ("", Device()),
    ],
)  # fmt: skip
def test_a_browser_is_told_apart(user_agent: str, device: Device) -> None:
    assert read_device(user_agent) == device


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; "
        "+https://openai.com/gptbot)",
        f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/149.0.0.0 Safari/537.36",
        "python-httpx/0.28.1",
        "curl/8.14.1",
    ],
)
def test_a_bot_is_known_by_its_name(user_agent: str) -> None:
    assert read_device(user_agent).bot


def test_what_stands_beyond_the_limit_is_not_read() -> None:
    assert read_device("x" * LONGEST + " Googlebot/2.1") == read_device("x" * LONGEST)


@pytest.mark.parametrize("user_agent", ["\xff\x01" * 300, "Mozilla/5.0 (" * 300, ";" * 10_000])
def test_nonsense_is_read_as_well(user_agent: str) -> None:
    assert read_device(user_agent).device is None
