"""SageMaker's API as HTTP: training jobs by the simulator, everything else by moto."""

import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.datastructures import EnvironHeaders

from sandbox.simulator import control, listing, rest
from sandbox.simulator.cloudtrail import Caller
from sandbox.simulator.errors import ApiError, not_found
from sandbox.simulator.simulator import Simulator

_TARGET = "SageMaker."

Environ = dict[str, Any]
Request = dict[str, Any]
Operation = Callable[[Request, Caller], dict[str, Any] | None]


class Api:
    """The WSGI application."""

    def __init__(self, simulator: Simulator, account_id: str, region: str) -> None:
        self._simulator, self._account_id, self._region = simulator, account_id, region
        self._control = control.Control(simulator)
        self._quota = listing.Quota()
        # An operation that answers None leaves the request to moto.
        self._operations: dict[str, Operation] = {
            "CreateTrainingJob": simulator.create,
            "StopTrainingJob": lambda request, caller: simulator.stop(_name(request), caller),
            "DescribeTrainingJob": lambda request, _: simulator.job(_name(request)).response_object,
            "ListTrainingJobs": self._list,
            "DescribeProcessingJob": lambda request, _: simulator.rule_job(request.get("ProcessingJobName", "")),
            "ListTags": self._tags,
        }

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answers one request, as WSGI has it."""
        body = bytes(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        path = environ.get("PATH_INFO", "")
        if path.startswith(control.PREFIX):
            status, answer = self._control.answer(environ["REQUEST_METHOD"], path, body)
            headers, content = {"Content-Type": "application/json"}, json.dumps(answer).encode()
        else:
            status, headers, content = self._called(environ, body)
        headers |= {"Content-Length": str(len(content)), "x-amzn-RequestId": str(uuid.uuid4())}
        start_response(f"{status} -", list(headers.items()))
        return [content]

    def _called(self, environ: Environ, body: bytes) -> rest.Answer:
        name = environ.get("HTTP_X_AMZ_TARGET", "").removeprefix(_TARGET)
        operation = self._operations.get(name, lambda _request, _caller: None)
        headers = {"Content-Type": "application/x-amz-json-1.1"}
        try:
            answer = operation(json.loads(body or b"{}"), Caller(self._account_id, environ))
            if answer is None:
                return rest.answer(self._region, EnvironHeaders(environ), body)
        except ApiError as error:
            return error.status, headers, json.dumps({"__type": error.code, "message": error.message}).encode()
        return 200, headers, json.dumps(answer).encode()

    def _list(self, request: Request, _caller: Caller) -> dict[str, Any]:
        self._quota.take(self._simulator.settings.list_calls_per_second)
        return listing.page(list(self._simulator.jobs.values()), request)

    def _tags(self, request: Request, _caller: Caller) -> None:
        kind, _, name = request.get("ResourceArn", "").rpartition(":")[2].partition("/")
        if kind == "training-job" and name not in self._simulator.jobs:
            raise not_found()


def _name(request: Request) -> str:
    return str(request.get("TrainingJobName") or "")
