"""Whether a text names a training job: by its whole name, never by a part of a longer one."""

import re
from typing import Final

FORGOTTEN: Final = "forgotten-job"
"""Stands for a job that was forgotten, where a record of another one would be wrong without any name."""

_NAME: Final = "A-Za-z0-9-"


def pattern(training_job_name: str) -> str:
    """The name with what is no part of a name around it, in what Python's and Google's regular expressions share."""
    return f"(^|[^{_NAME}]){re.escape(training_job_name)}($|[^{_NAME}])"


def names(text: str, training_job_name: str) -> bool:
    """Whether the text has the whole name in it."""
    return training_job_name in text and re.search(pattern(training_job_name), text) is not None


def unnamed(text: str, training_job_name: str) -> str:
    """The text with ``FORGOTTEN`` for the name."""
    while names(text, training_job_name):
        text = re.sub(pattern(training_job_name), rf"\1{FORGOTTEN}\2", text)
    return text
