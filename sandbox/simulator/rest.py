"""SageMaker's other operations: moto answers them in this process."""

from collections.abc import Mapping

from moto.core.exceptions import HTTPException
from moto.core.request import Request
from moto.sagemaker.responses import SageMakerResponse

from sandbox.simulator.errors import ApiError

Answer = tuple[int, dict[str, str], bytes]


def answer(region: str, asked: Mapping[str, str], body: bytes) -> Answer:
    """Hands a request to moto.

    Raises:
        ApiError: moto does not know the operation.
    """
    request = Request.from_primitives("POST", f"https://api.sagemaker.{region}.amazonaws.com/", asked, body)
    try:
        status, given, content = SageMakerResponse.dispatch(request, request.raw_url, request.headers)
    except HTTPException as refusal:
        status, given, content = refusal.code or 400, dict(refusal.get_headers()), refusal.get_body()
    except NotImplementedError as error:
        raise ApiError(
            "UnknownOperationException", f"the sandbox's SageMaker has no such operation: {error}"
        ) from error
    # The server sets these itself.
    headers = {
        name: value for name, value in given.items() if name.lower() not in {"date", "server", "x-amzn-requestid"}
    }
    return status, headers, content.encode() if isinstance(content, str) else content
