"""The workgroup's named queries are the files of ``queries/``."""

import pytest

from tests.unit.stack.named_queries import ABOVE, BELOW, FILE, QUERIES, block, renewed, written
from tests.unit.stack.template import resource, resources, template
from trainstop.records.query import parse_query

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in QUERIES.glob("*.sql")}


def named():
    """The named queries by name: each as the whole resource."""
    ids = resources("AWS::Athena::NamedQuery")
    return {properties["Name"]: resource(logical_id) for logical_id, properties in ids.items()}


def test_the_template_has_the_block_that_is_made_from_the_files() -> None:
    """After a change of a query: python -m tests.unit.stack.named_queries."""
    assert written(FILE.read_text(encoding="utf-8")) == block()


def test_each_file_is_one_named_query_word_by_word() -> None:
    assert {name: each["Properties"]["QueryString"] for name, each in named().items()} == TEXTS


def test_a_named_query_runs_in_the_stacks_workgroup_on_its_database_and_says_what_it_answers() -> None:
    for name, each in named().items():
        properties = each["Properties"]
        assert (properties["WorkGroup"], properties["Database"]) == ({"Ref": "QueryWorkGroup"}, {"Ref": "GlueDatabase"})
        assert properties["Description"] == parse_query(name, TEXTS[name]).title


def test_what_reads_cloudtrail_is_there_where_its_table_is() -> None:
    condition = template()["Resources"]["CloudTrailGlueTable"]["Condition"]
    found = {name: each.get("Condition") for name, each in named().items()}
    assert found == {name: condition if "FROM cloudtrail" in text else None for name, text in TEXTS.items()}
    assert {None, condition} == set(found.values())


def test_athena_takes_each_text() -> None:
    # botocore's model of CreateNamedQuery: at most 262,144 bytes of SQL, 1,024 of description, 128 of name.
    for name, each in named().items():
        assert len(each["Properties"]["QueryString"].encode()) <= 262_144
        assert len(each["Properties"]["Description"]) <= 1024
        assert len(name) <= 128


def test_the_block_is_made_anew_between_its_lines_and_nothing_else_changes() -> None:
    around = "Resources:\n  QueryWorkGroup: {}\n", "    Type: AWS::AppConfig::Application\n"
    before = f"{around[0]}{ABOVE}  OldNamedQuery:\n    Type: X\n\n{BELOW}{around[1]}"
    assert renewed(before) == f"{around[0]}{ABOVE}{block()}{BELOW}{around[1]}"
    assert renewed(renewed(before)) == renewed(before)


def test_a_template_without_the_lines_is_refused() -> None:
    with pytest.raises(ValueError, match=r"template.yaml lacks the lines"):
        renewed("Resources:\n")
