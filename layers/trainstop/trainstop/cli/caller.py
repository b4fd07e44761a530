"""Who gives the command, as AWS knows them."""

from trainstop.app.by_hand import Person, worded
from trainstop.cli.aws import Deployment


def caller(deployed: Deployment) -> Person:
    """The caller by ``sts:GetCallerIdentity``, in the stack's Region."""
    identity = deployed.client("sts").get_caller_identity()
    return Person(worded(str(identity["Arn"])), str(identity["Account"]), deployed.stack.region)
