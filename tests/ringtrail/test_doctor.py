"""What the doctor tells of an installation's sites."""

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ringtrail import doctor, store
from ringtrail.core.clock import SystemClock
from ringtrail.core.database import migrate, open_engine
from ringtrail.core.models import HardCodedNumber, UnfilledMacro
from ringtrail.core.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / str(uuid4()))
    settings.prepare()
    migrate(open_engine(settings.database))
    return settings


def told(settings: Settings) -> list[doctor.Finding]:
    subjects = ("number on a page", "unfilled macro")
    return [one for one in doctor.examine(settings, None) if one.subject in subjects]


def test_what_is_wrong_with_pages_and_advertisements_is_a_warning(settings: Settings) -> None:
    assert told(settings) == []
    engine: Engine = open_engine(settings.database)
    new = store.NewSite(
        "Shop", ("https://shop.example",), "Europe/Moscow", "RU", "+74951234567", ("+74950000001",)
    )
    opened = store.open_site(engine, SystemClock(), None, new)
    with Session(engine.execution_options(writes=True)) as session:
        page = "https://shop.example/contact"
        session.add(
            HardCodedNumber(site_id=opened.site, number="+74950000001", page=page, last_seen=1)
        )
        session.add(
            UnfilledMacro(site_id=opened.site, parameter="utm_term", macro="{kw}", last_seen=1)
        )
        session.commit()
    finding, macro = told(settings)
    assert (finding.state, macro.state) == ("warning", "warning")
    assert macro.told == "visits to Shop come with utm_term={kw}"
    assert macro.advice
    assert "+74950000001" in finding.told and page in finding.told
    assert finding.advice
