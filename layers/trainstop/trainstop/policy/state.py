"""The policy that is in force, and what keeps a newer one out."""

from trainstop.domain.base import Frozen
from trainstop.policy.document import PolicyDocument


class PolicyState(Frozen):
    """A policy as the functions see it.

    Attributes:
        version: The configuration version that ``document`` came from, or ``built-in``.
        problem: Why the newest configuration is not in force; None where it is.
        trusted: False where neither the configuration nor a last good one could be read: then nothing is stopped,
            for a policy that forbids stops may be what cannot be read.
    """

    document: PolicyDocument
    version: str
    problem: str | None = None
    trusted: bool = True
