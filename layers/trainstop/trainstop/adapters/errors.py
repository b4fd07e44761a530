"""AWS's answers that mean something, told apart by their code."""

from botocore.exceptions import ClientError


def code_of(error: ClientError) -> str:
    """AWS's error code, e.g. ``ValidationException``; "" where the answer had none."""
    return str(error.response.get("Error", {}).get("Code", ""))


def message_of(error: ClientError) -> str:
    """AWS's text."""
    return str(error.response.get("Error", {}).get("Message", ""))


def is_denied(error: ClientError) -> bool:
    """Whether a permission is missing: services spell it in several ways."""
    return code_of(error) in {"AccessDenied", "AccessDeniedException", "AuthorizationError"}


def is_conditional_check_failure(error: ClientError) -> bool:
    """Whether DynamoDB refused a write because its ConditionExpression did not hold."""
    return code_of(error) == "ConditionalCheckFailedException"
