"""docs/cli.md and docs/queries.md say what the command line and the queries do."""

import re
from pathlib import Path

import pytest
import typer

from trainstop.adapters.query_files import queries
from trainstop.cli.exits import ExitCode
from trainstop.cli.main import app

DOCS = Path(__file__).parents[2] / "docs"
CLI = (DOCS / "cli.md").read_text(encoding="utf-8")
QUERIES = (DOCS / "queries.md").read_text(encoding="utf-8")
OPTION = re.compile(r"`(?:trainstop )?(--[a-z-]+)")


def _commands(command, path):
    inner = getattr(command, "commands", None)
    if inner is None:
        return {path: command}
    return {name: found for key, sub in inner.items() for name, found in _commands(sub, f"{path} {key}").items()}


ROOT = typer.main.get_command(app)
COMMANDS = _commands(ROOT, "trainstop")


def _sections(text):
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return {title.strip("`"): body for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def _options(command):
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")} - {"--help"}


def test_every_command_has_its_section_and_no_other_has():
    assert set(_sections(CLI)) == set(COMMANDS)


@pytest.mark.parametrize("path", COMMANDS)
def test_a_section_names_exactly_the_options_of_its_command(path):
    assert set(OPTION.findall(_sections(CLI)[path])) == _options(COMMANDS[path])


@pytest.mark.parametrize("path", COMMANDS)
def test_a_section_names_the_arguments(path):
    arguments = {p.metavar for p in COMMANDS[path].params if p.param_type_name == "argument"}
    assert {argument for argument in arguments if re.search(rf"\b{argument}\b", _sections(CLI)[path])} == arguments


def test_the_options_of_trainstop_itself_are_named():
    intro = CLI.split("\n## ")[0]
    assert _options(ROOT) <= set(OPTION.findall(intro))


def test_the_exit_codes_are_those_of_the_code():
    assert [int(code) for code in re.findall(r"^\| (\d) \|", CLI, flags=re.MULTILINE)] == sorted(ExitCode)


def test_defaults_are_those_of_the_code():
    for path, command in COMMANDS.items():
        for parameter in command.params:
            if isinstance(parameter.default, (int, float)) and not isinstance(parameter.default, bool):
                assert f"default {parameter.default:g}" in _sections(CLI)[path], (path, parameter.name)


@pytest.mark.parametrize("name", queries())
def test_every_query_is_documented_with_its_parameters_and_columns(name):
    section = _sections(QUERIES)[name]
    query = queries()[name]
    assert query.title in section
    for parameter in query.parameters:
        assert f"`{parameter.name}`" in section
    assert [column.name for column in query.columns] == re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)


def test_no_query_is_documented_that_does_not_exist():
    assert set(_sections(QUERIES)) - {"Adding a query"} == set(queries())
