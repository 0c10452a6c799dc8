"""The loader runs when something came, and rests no longer than what people wait for allows."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from ingest import Cadence, Loader, Loading
from ringtrail.core.clock import Micros, SetClock
from ringtrail.core.database import Engine, Writer
from ringtrail.core.facts import Contact, Fact, Page
from ringtrail.core.inbox import put
from ringtrail.core.warehouse import Query, Warehouse

NOW = Micros(1_790_000_000_000_000)
LAZY = Cadence(soonest=0.01, latest=60, share=1e-9, unasked=60)
LONG = 30.0
"""Seconds after which a test gives up, sooner than a lazy loader runs by itself."""


def page(index: int) -> Page:
    return Page(
        account=1, site=1, occurred_at=NOW, source_id=str(index), visit=UUID(int=index),
        url="https://shop.example/",
    )  # fmt: skip


def contact() -> Contact:
    return Contact(
        account=1, site=1, occurred_at=NOW, source_id="1", key="1", contact=UUID(int=1),
        told_at=NOW, way="form", vendor="ours",
    )  # fmt: skip


class Scene:
    """A loader at work on an inbox; `batches` gets an item a batch that it has loaded."""

    def __init__(self, database: Engine, warehouse: Warehouse, cadence: Cadence) -> None:
        self.batches: queue.Queue[UUID] = queue.Queue()
        self.warehouse = warehouse
        loader = Loader(database, warehouse, SetClock(NOW), batch_loaded=self.batches.put)
        self.loading = Loading(loader, cadence)
        self._writer = Writer(database)
        self._writer.after_commit(self.loading.wake)

    def tell(self, *facts: Fact) -> None:
        self._writer.immediate(lambda store: put(store, facts, NOW))

    def loaded(self) -> tuple[int, int]:
        """How many pages and contacts are in the warehouse."""
        told = "SELECT (SELECT count(*) FROM fact_page) p, (SELECT count(*) FROM fact_contact) c"
        row = self.warehouse.rows(Query("loaded", told))[0]
        return row["p"], row["c"]


@contextmanager
def at_work(folder: Path, database: Engine, cadence: Cadence, *told: Fact) -> Iterator[Scene]:
    warehouse = Warehouse(folder / "w.duckdb")
    warehouse.migrate()
    scene = Scene(database, warehouse, cadence)
    if told:
        scene.tell(*told)
    scene.loading.start()
    try:
        yield scene
    finally:
        scene.loading.stop()
        warehouse.close()


def test_pages_wait_for_the_end_of_the_rest_and_a_contact_takes_them_along(
    tmp_path: Path, database: Engine
) -> None:
    with at_work(tmp_path, database, LAZY, page(1)) as scene:
        scene.batches.get(timeout=LONG)
        scene.tell(page(2))
        scene.tell(page(3))
        assert scene.loading.alive
        with pytest.raises(queue.Empty):
            scene.batches.get(timeout=0.2)
        assert scene.loaded() == (1, 0)
        scene.tell(contact())
        scene.batches.get(timeout=LONG)
        assert scene.loaded() == (3, 1)


def test_what_waits_is_loaded_at_the_end(tmp_path: Path, database: Engine) -> None:
    with at_work(tmp_path, database, LAZY, page(1)) as scene:
        scene.batches.get(timeout=LONG)
        scene.tell(page(2))
        scene.loading.stop()
        assert not scene.loading.alive
        assert scene.loaded() == (2, 0)


def test_a_commit_ends_the_sleep_once_the_rest_is_over(tmp_path: Path, database: Engine) -> None:
    with at_work(tmp_path, database, Cadence(soonest=0.0, latest=0.0, unasked=60)) as scene:
        for index in range(3):
            scene.tell(page(index))
            scene.batches.get(timeout=LONG)
            assert scene.loaded() == (index + 1, 0)


def test_what_another_process_put_in_is_found_unasked(tmp_path: Path, database: Engine) -> None:
    with at_work(tmp_path, database, Cadence(soonest=0.0, latest=0.0, unasked=0.01)) as scene:
        Writer(database).immediate(lambda store: put(store, [page(1)], NOW))
        scene.batches.get(timeout=LONG)
        assert scene.loaded() == (1, 0)


def test_a_failed_run_is_made_up_for(
    tmp_path: Path, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = iter([OSError("the disk is full")])
    write = Loader.write

    def once(loader: Loader, batch: object) -> None:
        for error in failing:
            raise error
        write(loader, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(Loader, "write", once)
    with at_work(tmp_path, database, Cadence(soonest=0.0, latest=0.0, unasked=0.01)) as scene:
        scene.tell(page(1))
        scene.batches.get(timeout=LONG)
        assert scene.loaded() == (1, 0)


@pytest.mark.parametrize(
    ("took", "rest"), [(0.0, 0.5), (0.05, 0.5), (0.1, 0.9), (0.3, 2.7), (2.0, 5.0)]
)
def test_loading_takes_a_tenth_of_the_time_within_its_bounds(took: float, rest: float) -> None:
    assert Cadence().rest(took) == pytest.approx(rest)
