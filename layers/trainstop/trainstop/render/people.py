"""People, as the ARNs of those who act tell them."""

from trainstop.render.text import said


def person(principal_arn: str) -> str:
    """The last part of an ARN: the person behind a role, mostly."""
    return said(said(principal_arn).rpartition("/")[2]) or "somebody"
