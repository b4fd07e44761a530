"""Refusals in AWS's words."""


class ApiError(Exception):
    """What an API call is answered with instead of a result.

    Attributes:
        code: the error's code as the SDKs show it.
        message: its text.
        status: the HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def not_found() -> ApiError:
    """No job has this name."""
    return ApiError("ValidationException", "Requested resource not found.")


def in_status(status: str) -> ApiError:
    """A job that does not run cannot be stopped."""
    return ApiError("ValidationException", f"The request was rejected because the training job is in status {status}.")


def in_use(arn: str) -> ApiError:
    """A job's name is its own for ever."""
    return ApiError(
        "ResourceInUse",
        "Training job names must be unique within an AWS account and region, and a training job with this name "
        f"already exists ({arn})",
    )


def throttled() -> ApiError:
    """Too many calls."""
    return ApiError("ThrottlingException", "Rate exceeded")
