"""Causes that SageMaker tells by the status of the job, without a word of reason."""

from trainstop.domain.category import Category
from trainstop.domain.failure import Failure

_BY_SECONDARY_STATUS = {
    "MaxRuntimeExceeded": (Category.TIMEOUT, "The job reached MaxRuntimeInSeconds."),
    "MaxWaitTimeExceeded": (Category.TIMEOUT, "The job reached MaxWaitTimeInSeconds."),
    "Interrupted": (Category.SPOT_INTERRUPTION, "Managed spot instances were taken back."),
}

_WAITED_FOR_SPOT = (
    Category.SPOT_INTERRUPTION,
    "Managed spot instances were taken back, and MaxWaitTimeInSeconds passed before the job was done.",
)


def by_status(failure: Failure) -> tuple[Category, str] | None:
    """(category, sentence) where the status alone tells the cause, else None."""
    if failure.secondary_status == "MaxWaitTimeExceeded" and was_interrupted(failure):
        return _WAITED_FOR_SPOT
    if failure.secondary_status in _BY_SECONDARY_STATUS:
        return _BY_SECONDARY_STATUS[failure.secondary_status]
    for status, _ in reversed(failure.transitions):
        if status in ("MaxRuntimeExceeded", "MaxWaitTimeExceeded"):
            return _BY_SECONDARY_STATUS[status]
    return None


def was_interrupted(failure: Failure) -> bool:
    """True where spot instances were taken back at some time of the job's life."""
    return failure.spot and any(status == "Interrupted" for status, _ in failure.transitions)


def status_message(failure: Failure) -> str:
    """What the transitions say beyond the usual progress, one message a line; "" when nothing."""
    messages = (message.strip() for _, message in failure.transitions)
    return "\n".join(dict.fromkeys(message for message in messages if message.rstrip(".") not in _PROGRESS))


_PROGRESS = {
    "",
    "Starting the training job",
    "Launching requested ML instances",
    "Preparing the instances for training",
    "Downloading input data",
    "Downloading the training image",
    "Training image download completed. Training in progress",
    "Training in-progress",
    "Training in progress",
    "Uploading generated training model",
    "Stopping the training job",
    "Training job failed",
    "Training job stopped",
    "Training job completed",
}
"""Status messages of a job that runs as it should; DescribeTrainingJob's documentation lists most of them."""
