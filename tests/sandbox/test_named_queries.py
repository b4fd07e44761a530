"""Named queries of the template are deployed, asked for and removed."""

import json
from types import SimpleNamespace

import pytest
import yaml
from ministack.services import athena
from ministack.services.cloudformation import provisioners

from sandbox.cloud import named_queries
from sandbox.template import deployable

STACK = "trainstop"
PROPERTIES = {"Name": "time_to_alert", "QueryString": "SELECT ?", "Database": "trainstop", "WorkGroup": "trainstop"}


@pytest.fixture
def cloudformation(monkeypatch):
    """What the emulator's CloudFormation does with one resource of the type."""
    monkeypatch.setattr(provisioners, "_RESOURCE_HANDLERS", dict(provisioners._RESOURCE_HANDLERS))  # noqa: SLF001 - as install changes it
    named_queries.install()
    kind = named_queries.RESOURCE_TYPE
    return SimpleNamespace(
        create=lambda props: provisioners._provision_resource(kind, "X", props, STACK)[0],  # noqa: SLF001 - no public way
        update=lambda *change: provisioners._update_resource(kind, *change, STACK, "X")[0],  # noqa: SLF001 - no public way
        delete=lambda identity, props: provisioners._delete_resource(kind, identity, props),  # noqa: SLF001 - no public way
    )


def held():
    """What ListNamedQueries and GetNamedQuery tell of the workgroup."""
    answer = json.loads(athena._list_named_queries({"WorkGroup": "trainstop"})[2])  # noqa: SLF001 - the emulator's API
    found = (json.loads(athena._get_named_query({"NamedQueryId": each})[2]) for each in answer["NamedQueryIds"])  # noqa: SLF001 - the emulator's API
    return {each["NamedQuery"]["Name"]: each["NamedQuery"]["QueryString"] for each in found}


def test_a_stack_makes_changes_and_removes_its_named_query(cloudformation):
    first = cloudformation.create(PROPERTIES)
    assert held() == {"time_to_alert": "SELECT ?"}
    changed = PROPERTIES | {"QueryString": "SELECT 2"}
    second = cloudformation.update(first, PROPERTIES, changed)
    assert (second != first, held()) == (True, {"time_to_alert": "SELECT 2"})
    cloudformation.delete(second, changed)
    assert held() == {}


def test_the_deployed_copy_keeps_named_queries_and_leaves_out_what_nobody_knows(tmp_path):
    source, target = tmp_path / "template.yaml", tmp_path / "copy.yaml"
    known = {"Type": "AWS::Athena::NamedQuery", "Properties": PROPERTIES}
    source.write_text(yaml.safe_dump({"Resources": {"A": known, "B": {"Type": "AWS::No::Such"}}}))
    assert deployable(source, target) == ["B (AWS::No::Such)"]
    assert yaml.safe_load(target.read_text()) == {"Resources": {"A": known}}
