"""Each .sql file says what it answers, and a report can not forget whose rows it reads."""

from pathlib import Path

from tests.house.house import place, sources

WORDS = ("question", "parameters", "columns", "owner")
FOLDERS = ("attribution", "dashboards", "exporters")


def header(path: Path) -> str:
    lines = []
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.lower())
    return "\n".join(lines)


def test_header_names_question_parameters_columns_owner() -> None:
    lacking = {
        place(path): missing
        for path in sources(".sql", folders=FOLDERS)
        if (missing := [word for word in WORDS if word not in header(path)])
    }
    assert lacking == {}


def test_reports_bind_the_account() -> None:
    unbound = []
    for path in sources(".sql", folders=FOLDERS):
        lines = path.read_text("utf-8").splitlines()
        statement = "\n".join(line.split("--")[0] for line in lines)
        if path.parent.name == "reports" and "$account" not in statement:
            unbound.append(place(path))
    assert unbound == []
