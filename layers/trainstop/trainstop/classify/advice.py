"""Advice that fits the case: what this job shows, before what helps with its category.

Only forms that cannot mislead a reader are taken from a job's text: numbers, sizes, packages, paths and S3 URIs.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import re2

from trainstop.domain.category import Category
from trainstop.domain.failure import Failure
from trainstop.domain.instance_types import next_with_more_gpu_memory, next_with_more_memory
from trainstop.domain.verdict import Verdict

_BATCH_SIZE = re2.compile(r"(?i)(?:^|[_-])(?:batch[_-]?size|train_batch|bs)$")
_NAME = re2.compile(r"^[A-Za-z_][\w-]{0,59}$")
_INSTANCE_TYPE = re2.compile(r"^ml\.[a-z0-9-]{1,20}\.[a-z0-9]{1,20}$")
_NUMBER = re2.compile(r"^\d{1,9}$")
_SIZE = re2.compile(r"^\d{1,9}(?:\.\d{1,4})? ?(?:[KMGT]i?B|bytes)$")
_MODULE = re2.compile(
    r"No module named '?([A-Za-z_][\w.]{0,60})|No matching distribution found for ([\w.\-\[\]=<>!~]{1,80})"
)
_PLACE = re2.compile(r"(s3://[a-z0-9][\w.\-/=]{2,200}|/opt/ml/[\w.\-/=]{1,200})")
_QUOTA = re2.compile(r"service limit '([\w .\-]{3,80} for [\w \-]{3,40} usage)' is (\d{1,9})")

_Sentences = Callable[[Verdict, Failure], Iterator[str]]


def fitted(verdict: Verdict, failure: Failure) -> Verdict:
    """The verdict with its advice opened by what this job shows; unchanged where it shows nothing."""
    sentences = _BY_CATEGORY.get(verdict.category)
    shown = tuple(sentences(verdict, failure)) if sentences else ()
    return verdict.model_copy(update={"advice": " ".join((*shown, verdict.advice))}) if shown else verdict


def _gpu_out_of_memory(verdict: Verdict, failure: Failure) -> Iterator[str]:
    tried, free = (verdict.captures.get(name, "") for name in ("tried", "free"))
    if _SIZE.search(tried) and _SIZE.search(free):
        yield f"It asked for {tried} with {free} free."
    yield from _batch_sizes(failure.hyperparameters)
    larger = next_with_more_gpu_memory(failure.instance_type or "")
    if larger is not None:
        gpus = f"{larger.gpus} x {larger.gpu_memory_gib} GiB"
        yield f"The next {larger.family} with more GPU memory is {larger.name}: {gpus}."


def _host_out_of_memory(_verdict: Verdict, failure: Failure) -> Iterator[str]:
    larger = next_with_more_memory(failure.instance_type or "")
    if larger is not None:
        yield f"The next {larger.family} with more memory is {larger.name}: {larger.memory_gib} GiB."


def _batch_sizes(hyperparameters: Mapping[str, str]) -> Iterator[str]:
    for name, value in sorted(hyperparameters.items()):
        number = value.strip('"')
        if _BATCH_SIZE.search(name) and _NAME.search(name) and _NUMBER.search(number):
            yield f"{name} is {number}."


def _dependency(verdict: Verdict, _failure: Failure) -> Iterator[str]:
    found = _MODULE.search(verdict.root_line_clean or "")
    if found:
        yield f"What is missing is {(found.group(1) or found.group(2)).rstrip('.')}."


def _data_not_found(verdict: Verdict, _failure: Failure) -> Iterator[str]:
    found = _PLACE.search(verdict.root_line_clean or "")
    if found:
        yield f"It looked for {found.group(1).rstrip('.')}."


def _quota(verdict: Verdict, _failure: Failure) -> Iterator[str]:
    found = _QUOTA.search(verdict.root_line_clean or "")
    if found:
        yield f"The quota '{found.group(1)}' is {found.group(2)}."


def _capacity(_verdict: Verdict, failure: Failure) -> Iterator[str]:
    if failure.instance_type and _INSTANCE_TYPE.search(failure.instance_type):
        yield f"It asked for {failure.instance_type}."


def _disk_full(_verdict: Verdict, failure: Failure) -> Iterator[str]:
    if failure.volume_size_gb:
        yield f"Its volume has {failure.volume_size_gb} GB."


def _timeout(_verdict: Verdict, failure: Failure) -> Iterator[str]:
    if failure.max_runtime_seconds:
        yield f"Its limit is {failure.max_runtime_seconds} s ({timedelta(seconds=failure.max_runtime_seconds)})."


_BY_CATEGORY: Mapping[Category, _Sentences] = {
    Category.GPU_OUT_OF_MEMORY: _gpu_out_of_memory,
    Category.HOST_OUT_OF_MEMORY: _host_out_of_memory,
    Category.DEPENDENCY: _dependency,
    Category.DATA_NOT_FOUND: _data_not_found,
    Category.QUOTA: _quota,
    Category.CAPACITY: _capacity,
    Category.DISK_FULL: _disk_full,
    Category.TIMEOUT: _timeout,
}
