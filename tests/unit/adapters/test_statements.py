from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from paygate.adapters.postgres import statements
from paygate.adapters.postgres.statements import ServerForm, all_statements, server_form, statement
from paygate_local.settings import ROOT

SOURCES = ("layers/core/python/paygate", "functions", "infra/paygate_local", "infra/paygate_cli")
FUNCTIONS_THAT_TAKE_A_NAME = ("run", "_read", "expire", "Invariant")
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_OPTIONAL = re.compile(r" -- (if|unless) \w+$", re.MULTILINE)


def load(monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, str]:
    monkeypatch.setattr(statements, "_FOLDER", folder)
    return statements.all_statements.__wrapped__()


def trees() -> Iterator[ast.Module]:
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def called_names() -> set[str]:
    """Every name that is passed to `run` as a literal, or to a function that hands it on."""
    names = set()
    for tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if function in FUNCTIONS_THAT_TAKE_A_NAME:
                texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                names |= {text for text in texts if isinstance(text, str) and text.isidentifier()}
    return names


def test_every_statement_that_code_runs_exists_and_every_statement_is_run() -> None:
    assert called_names() == set(all_statements())


@pytest.mark.parametrize("name", sorted(all_statements()))
def test_statements_hold_sql_and_no_comments(name: str) -> None:
    text = statement(name)
    assert text.startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE"))
    assert "--" not in _OPTIONAL.sub("", text)
    assert ";" not in text
    assert text == text.strip()


@pytest.mark.parametrize("name", sorted(all_statements()))
def test_every_parameter_has_a_type(name: str) -> None:
    assert re.findall(r"(?<!:):[a-z_]\w*(?!\w|::)", _QUOTED.sub("''", statement(name))) == []


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError, match="no_such_statement"):
        statement("no_such_statement")


def test_statements_of_all_files_are_found_without_comment_lines(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a.sql").write_text(
        "-- about this file\n\n-- name: one\n-- note: a colon\nSELECT 1\n    -- more\nWHERE true\n\n"
        "-- name: two\nSELECT 2\n"
    )
    (tmp_path / "b.sql").write_text("-- name: three\n\nSELECT 'zoë'\n", encoding="utf-8")
    (tmp_path / "c.txt").write_text("-- name: four\nSELECT 4\n")
    assert load(monkeypatch, tmp_path) == {
        "one": "SELECT 1\nWHERE true",
        "two": "SELECT 2",
        "three": "SELECT 'zoë'",
    }


@pytest.mark.parametrize("second_file", ["a.sql", "b.sql"])
def test_two_statements_of_one_name_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, second_file: str
) -> None:
    for file in ("a.sql", second_file):
        with (tmp_path / file).open("a") as out:
            out.write("-- name: one\nSELECT 1\n")
    with pytest.raises(ValueError, match="two statements are called one"):
        load(monkeypatch, tmp_path)


# --- Fragments --------------------------------------------------------------------------------------------------------


def test_what_a_statement_includes_stands_in_its_place_whichever_file_it_is_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a.sql").write_text(
        "-- name: one\n-- about it: a colon\nWITH x AS (\n    -- include rows_of_two\n)\n-- include tail\nLIMIT 1\n"
        "-- fragment: tail\n-- why: because\nSELECT * FROM x\n\n"
    )
    (tmp_path / "b.sql").write_text(
        "-- fragment: rows_of_two\n\nSELECT 2\n-- name: two\nSELECT * FROM (\n  -- include rows_of_two\n)\n"
    )
    assert load(monkeypatch, tmp_path) == {
        "one": "WITH x AS (\nSELECT 2\n)\nSELECT * FROM x\nLIMIT 1",
        "two": "SELECT * FROM (\nSELECT 2\n)",
    }


def test_a_fragment_may_include_others_and_its_optional_lines_stay_optional(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a.sql").write_text(
        "-- name: one\nSELECT 1\n-- include outer\n"
        "-- fragment: outer\nWHERE true\n  -- include inner\n  -- include inner\nORDER BY 1\n"
        "-- fragment: inner\nAND a = :a::int -- if a\n"
    )
    (text,) = load(monkeypatch, tmp_path).values()
    assert text == "SELECT 1\nWHERE true\nAND a = :a::int -- if a\nAND a = :a::int -- if a\nORDER BY 1"
    monkeypatch.setattr(statements, "statement", lambda name: text)
    assert server_form.__wrapped__("one", ()) == ServerForm("SELECT 1\nWHERE true\nORDER BY 1", ())
    twice = "SELECT 1\nWHERE true\nAND a = $1::int\nAND a = $1::int\nORDER BY 1"
    assert server_form.__wrapped__("one", ("a",)) == ServerForm(twice, ("a",))


@pytest.mark.parametrize(
    "text",
    [
        "-- name: one\nSELECT 1\n-- include missing\n",
        "-- name: one\nSELECT 1\n-- include known\n-- fragment: known\n-- include missing\n",
        "-- name: missing\nSELECT 2\n-- name: one\nSELECT 1\n-- include missing\n",
    ],
    ids=["nowhere", "in a fragment", "a statement of that name"],
)
def test_an_unknown_fragment_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.sql").write_text(text)
    with pytest.raises(KeyError, match="missing"):
        load(monkeypatch, tmp_path)


@pytest.mark.parametrize("second_file", ["a.sql", "b.sql"])
def test_two_fragments_of_one_name_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, second_file: str
) -> None:
    for file in ("a.sql", second_file):
        with (tmp_path / file).open("a") as out:
            out.write("-- fragment: one\nSELECT 1\n")
    with pytest.raises(ValueError, match="are called one"):
        load(monkeypatch, tmp_path)


def test_a_fragment_is_no_statement(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("-- fragment: one\nSELECT 1\n-- name: one\nSELECT 2\n-- fragment: two\nSELECT 3\n")
    assert load(monkeypatch, tmp_path) == {"one": "SELECT 2"}


def test_every_fragment_is_included_somewhere() -> None:
    texts = [path.read_text(encoding="utf-8") for path in statements._FOLDER.glob("*.sql")]
    found = {
        kind: set(re.findall(rf"^ *-- {kind} (\w+)$", "\n".join(texts), re.M)) for kind in ("fragment:", "include")
    }
    assert found["fragment:"] == found["include"] != set()


# --- Parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1", ServerForm("SELECT 1", ())),
        ("SELECT :a::text, :b2::int", ServerForm("SELECT $1::text, $2::int", ("a", "b2"))),
        ("SELECT :b::int, :a::int, :b::int", ServerForm("SELECT $1::int, $2::int, $1::int", ("b", "a"))),
        (
            "SELECT ':a', 'it''s :a', x::text, :a::text",
            ServerForm("SELECT ':a', 'it''s :a', x::text, $1::text", ("a",)),
        ),
        ("SELECT :ab::int, :a::int", ServerForm("SELECT $1::int, $2::int", ("ab", "a"))),
    ],
)
def test_names_of_parameters_become_numbers(monkeypatch: pytest.MonkeyPatch, sql: str, expected: ServerForm) -> None:
    monkeypatch.setattr(statements, "statement", lambda name: sql)
    assert server_form.__wrapped__("any", expected.parameters) == expected


LISTING = """SELECT 1
WHERE a = :a::int -- if a
  AND b = ':x -- if a'
ORDER BY up -- unless down
ORDER BY down > :down::int -- if down
LIMIT :limit::int"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("limit",), "SELECT 1\n  AND b = ':x -- if a'\nORDER BY up\nLIMIT $1::int"),
        (("limit", "a"), "SELECT 1\nWHERE a = $1::int\n  AND b = ':x -- if a'\nORDER BY up\nLIMIT $2::int"),
        (("down", "limit"), "SELECT 1\n  AND b = ':x -- if a'\nORDER BY down > $1::int\nLIMIT $2::int"),
    ],
)
def test_an_optional_line_is_there_only_with_its_parameter(
    monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], expected: str
) -> None:
    monkeypatch.setattr(statements, "statement", lambda name: LISTING)
    form = server_form.__wrapped__("any", given)
    assert form.sql == expected
    assert set(form.parameters) == set(given)


@pytest.mark.parametrize("given", [(), ("a",), ("limit", "b")])
def test_parameters_that_a_statement_does_not_take_are_refused(
    monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...]
) -> None:
    monkeypatch.setattr(statements, "statement", lambda name: LISTING)
    with pytest.raises(TypeError, match="any takes"):
        server_form.__wrapped__("any", given)
