"""Where the deployed parts are: the outputs of trainstop's CloudFormation stack."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from trainstop.adapters.errors import code_of, message_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef


class StackError(LookupError):
    """The stack, or a part of it, is not where it was looked for; the text is for a person."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack.

    Attributes:
        outputs: As ``template.yaml`` names them.
    """

    name: str
    region: str
    outputs: Mapping[str, str]

    def output(self, key: str) -> str:
        """One output's value.

        Raises:
            StackError: the stack has no such output.
        """
        try:
            return self.outputs[key]
        except KeyError:
            raise StackError(f"the stack {self.name} has no output {key}: is it a trainstop stack?") from None


def find_stack(cloudformation: "CloudFormationClient", name: str) -> Stack:
    """Look a stack up.

    Raises:
        StackError: there is no such stack in the account and Region, or it has no outputs yet.
        botocore.exceptions.ClientError: any other refusal.
    """
    stack = find_stack_description(cloudformation, name)
    region = cloudformation.meta.region_name
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    if not outputs:
        raise StackError(f"the stack {name} in {region} has no outputs; its status is {stack['StackStatus']}")
    return Stack(name, region, outputs)


def find_stack_description(cloudformation: "CloudFormationClient", name: str) -> "StackTypeDef":
    """What DescribeStacks says about a stack.

    Raises:
        StackError: there is no such stack in the account and Region.
        botocore.exceptions.ClientError: any other refusal.
    """
    region = cloudformation.meta.region_name
    try:
        answer = cloudformation.describe_stacks(StackName=name)
    except ClientError as error:
        if code_of(error) == "ValidationError" and "does not exist" in message_of(error):
            raise _missing(name, region) from error
        raise
    if not answer["Stacks"]:
        raise _missing(name, region)
    return answer["Stacks"][0]


def _missing(name: str, region: str) -> StackError:
    return StackError(f"no stack {name} in {region}: name another by --stack or TRAINSTOP_STACK, or deploy it")
