"""The documentation names what the code has, and nothing that the code has not.

Each list of the code has one table in docs/, under one heading; its first cells, in backticks, must
be that list. What is added, renamed or taken away in the code fails here until its page follows.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from prometheus_client import REGISTRY

from attribution.answers import Totals
from dashboards import gate
from exporters.exports import EXPORTS
from ringtrail import __version__, cli, server
from ringtrail.core import models
from ringtrail.core.facts import KINDS, OUTCOMES
from ringtrail.core.settings import Settings
from ringtrail.demo import shop
from ringtrail.platform import Platform
from tests.house.house import PACKAGES, ROOT, place, sources
from tracking.channel import CHANNELS
from tracking.pipeline import STEPS

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
BELOW_THE_ROOF = [name for name in PACKAGES if name != "ringtrail"]
LINK = re.compile(r"\]\(([^)\s]+)\)")
AT_THE_DOOR = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
# What a person sets up with the command line; its refusals are read as messages, never as codes.
NEVER_A_REQUEST = "ringtrail/store.py"


def section(page: str, heading: str) -> str:
    """The text below a heading of a page, up to the next heading of its rank or above."""
    text = (DOCS / page).read_text("utf-8")
    found = re.search(rf"^(#+) {re.escape(heading)}$", text, flags=re.M)
    assert found is not None, f"docs/{page} has no heading {heading!r}"
    after = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", after, flags=re.M)
    return after[: end.start()] if end else after


def rows(page: str, heading: str) -> list[list[str]]:
    """The table rows of a section, a list of cells each, without the heads."""
    lines = [line for line in section(page, heading).splitlines() if line.startswith("|")]
    below = [*lines[1:], ""]
    ruled = re.compile(r"[|-]+$")
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line, under in zip(lines, below, strict=True)
        if not ruled.match(line) and not ruled.match(under)
    ]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def named(page: str, heading: str) -> list[str]:
    """What the first cells of a section's tables name, in backticks, in their order."""
    return [name for row in rows(page, heading) for name in quoted(row[0])]


def commands() -> dict[str, list[str]]:
    """Each command as a person types it, and its options."""

    def walk(command: Any, path: str) -> Iterator[tuple[str, list[str]]]:
        below: dict[str, Any] = getattr(command, "commands", {})
        if not below:
            yield path, [word for option in command.params for word in option.opts]
        for name, child in below.items():
            yield from walk(child, f"{path} {name}")

    return dict(walk(typer.main.get_command(cli.app), "ringtrail"))


def test_settings() -> None:
    documented = {quoted(row[0])[0]: row[1] for row in rows("settings.md", "Settings")}
    fields = {f"RINGTRAIL_{name.upper()}": field for name, field in Settings.model_fields.items()}
    assert set(documented) == set(fields)
    defaults = {
        name: f"`{field.default}`"
        for name, field in fields.items()
        if field.default_factory is None and field.default not in ("", None)
    }
    assert {name: documented[name] for name in defaults} == defaults


def test_commands_and_their_options() -> None:
    existing = commands()
    assert sorted(named("operations.md", "Commands")) == sorted(existing)
    for row in rows("operations.md", "Commands"):
        options = {word for word in existing[quoted(row[0])[0]] if word.startswith("--")}
        assert set(quoted(row[1])) >= options, row[0]


def test_commands_that_a_page_shows_exist() -> None:
    shown = re.compile(r"(?:`|\.venv/bin/)ringtrail ([a-z]+(?: [a-z]+(?:-[a-z]+)*){0,2})")
    leaves = {path.removeprefix("ringtrail ") for path in commands()}
    missing = {
        (place(page), typed)
        for page in [*PAGES, *AT_THE_DOOR]
        for typed in shown.findall(page.read_text("utf-8"))
        if not {" ".join(typed.split()[:n]) for n in (1, 2, 3)} & leaves
    }
    assert missing == set()


def test_metrics() -> None:
    existing = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in REGISTRY.collect()
        if metric.name.startswith("ringtrail_")
    }
    assert set(named("operations.md", "Metrics")) == existing


def test_fact_kinds() -> None:
    assert set(named("core.md", "Facts")) == set(KINDS)


def test_call_outcomes() -> None:
    assert named("telephony_bridge.md", "Call outcomes") == list(OUTCOMES)


def test_steps_of_a_hit() -> None:
    assert named("tracking.md", "Steps") == [step.__name__ for step in STEPS]


def test_channels() -> None:
    existing = {name for name, _ in CHANNELS} | {"Unassigned"}
    assert set(named("tracking.md", "Channels")) == existing


def test_columns_of_the_export() -> None:
    for export in EXPORTS:
        heading = f"Columns of {export.name}"
        assert named("exporters.md", heading) == list(export.columns), heading


def test_counts_of_the_reports() -> None:
    assert named("metrics.md", "Counts") == list(Totals.__dataclass_fields__)


def test_matches() -> None:
    statement = (ROOT / "attribution/marts/matched_call.sql").read_text("utf-8")
    case = re.search(r"CASE (.*?) END AS match", statement, flags=re.S)
    assert case is not None
    existing = set(re.findall(r"(?:THEN|ELSE) '(\w+)'", case[1]))
    assert set(named("metrics.md", "Match")) == existing


def trees(*places: str) -> Iterator[tuple[str, ast.AST]]:
    for path in sources(".py"):
        if not places or place(path) in places:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                yield place(path), node


def text_of(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_drop_reasons() -> None:
    """Each literal with which a step drops a hit."""
    existing = {
        text_of(node.value)
        for _, node in trees("tracking/screening.py")
        if isinstance(node, ast.keyword) and node.arg == "dropped"
    }
    assert existing
    assert set(named("tracking.md", "Drop reasons")) == existing


def test_reasons_of_dead_letters() -> None:
    """Each literal with which the loader or the inbox gives a fact up."""
    existing = set()
    for _, node in trees("ingest/lines.py", "ringtrail/core/inbox.py"):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Broken":
            existing.add(text_of(node.args[1]))
        if isinstance(node, ast.Dict):
            found = zip(node.keys, node.values, strict=True)
            existing |= {text_of(value) for key, value in found if key and text_of(key) == "reason"}
    assert set(named("operations.md", "Dead letters")) == existing - {None}


def test_errors() -> None:
    """Each literal code that a request can be answered with, and the status of those refused."""
    refused: set[tuple[str | None, str]] = set()
    codes: set[str | None] = set()
    for where, node in trees():
        if where == NEVER_A_REQUEST:
            continue
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refused":
            refused.add((text_of(node.args[1]), ast.unparse(node.args[0])))
        if isinstance(node, ast.Dict):
            found = zip(node.keys, node.values, strict=True)
            codes |= {text_of(value) for key, value in found if key and text_of(key) == "code"}
    documented = {
        (code, status)
        for row in rows("core.md", "Errors")
        for code in quoted(row[0])
        for status in row[1].split(", ")
    }
    assert refused - documented == set()
    existing = {code for code, _ in refused} | codes - {None}
    assert {code for code, _ in documented} == existing


def test_routes(tmp_path: Path) -> None:
    platform = Platform(Settings(home=tmp_path, database_url="", warehouse_url=""))
    app = server.create_app(platform, extra=tuple(shop.routes(lambda: None, "", "")))
    server.add_dashboards(app, platform)
    platform.close()
    paths = {str(getattr(route, "path", "")) for route in app.router.routes}
    existing = {
        path
        for path in paths
        if path.startswith(gate.KNOWN) and not path.startswith("/app/_")  # Dash's own
    }
    assert set(named("core.md", "Routes")) == existing


def test_tables() -> None:
    folder = ROOT / "ringtrail/core/warehouse"
    files = [path for path in folder.rglob("*") if path.suffix in (".sql", ".py")]
    statements = "\n".join(path.read_text("utf-8") for path in files)
    warehouse = set(re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", statements))
    assert {"fact_visit", "mart_call", "schema_step"} <= warehouse
    existing = warehouse | set(models.InboxRow.metadata.tables)
    places = [("core.md", "Stores"), *((f"{name}.md", "Tables") for name in BELOW_THE_ROOF)]
    documented = {word for page, heading in places for word in quoted(section(page, heading))}
    assert existing - documented == set()


def test_queries() -> None:
    """A page links to each statement."""
    linked = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in LINK.findall(page.read_text("utf-8"))
    }
    assert [place(path) for path in sources(".sql") if path not in linked] == []


@pytest.mark.parametrize("package", ["core", *BELOW_THE_ROOF])
def test_each_package_has_its_page(package: str) -> None:
    for heading in ("Main flow", "What can go wrong", "How to test it"):
        assert section(f"{package}.md", heading).strip(), heading


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.M)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", [*PAGES, *AT_THE_DOOR], ids=place)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(page.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        if "://" in path:
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_index_leads_to_every_page() -> None:
    linked = {(DOCS / link).resolve() for link in LINK.findall((DOCS / "README.md").read_text())}
    assert [place(page) for page in PAGES if page not in linked | {DOCS / "README.md"}] == []


def test_make_targets_that_a_page_names_exist() -> None:
    targets = set(re.findall(r"^([.a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.M))
    typed = re.compile(r"(?:`|^ {4})make ([a-z-]+)", flags=re.M)
    pages = [*PAGES, *AT_THE_DOOR]
    shown = {name for page in pages for name in typed.findall(page.read_text("utf-8"))}
    assert {"demo", "test", "check"} <= shown <= targets


def test_the_newest_version_of_the_changelog_is_the_programs() -> None:
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.M)
    assert versions[0] == __version__
