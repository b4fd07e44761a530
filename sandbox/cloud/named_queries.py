"""CloudFormation's named queries of Athena: the emulator has Athena's own calls for them, and no resource."""

import json
from typing import Any

from ministack.services import athena
from ministack.services.cloudformation import provisioners

RESOURCE_TYPE = "AWS::Athena::NamedQuery"


def install() -> None:
    """Makes the type known to the emulator's CloudFormation."""
    provisioners._RESOURCE_HANDLERS[RESOURCE_TYPE] = {"create": create, "update": update, "delete": delete}  # noqa: SLF001 - an extension


def create(logical_id: str, props: dict[str, Any], stack_name: str) -> tuple[str, dict[str, str]]:
    """The new query's id, for Ref and Fn::GetAtt."""
    del logical_id, stack_name
    _, _, body = athena._create_named_query(props)  # noqa: SLF001 - an extension
    identity = json.loads(body)["NamedQueryId"]
    return identity, {"NamedQueryId": identity}


def update(
    physical_id: str, old_props: dict[str, Any], new_props: dict[str, Any], stack_name: str
) -> tuple[str, dict[str, str]]:
    """Another query in the place of the one before: every property's change is a replacement."""
    made = create("", new_props, stack_name)
    delete(physical_id, old_props)
    return made


def delete(physical_id: str, props: dict[str, Any]) -> None:
    """Also of one that is gone, as the whole workgroup may be."""
    del props
    athena._delete_named_query({"NamedQueryId": physical_id})  # noqa: SLF001 - an extension
