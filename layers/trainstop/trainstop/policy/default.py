"""The policy that ships with trainstop; the stack deploys it as the first configuration."""

from functools import cache
from importlib.resources import files

from trainstop.policy.document import PolicyDocument
from trainstop.policy.parse import parse_policy


@cache
def default_policy() -> PolicyDocument:
    """The shipped policy, parsed."""
    return parse_policy(files("trainstop.policy").joinpath("default.yaml").read_text(encoding="utf-8"))
