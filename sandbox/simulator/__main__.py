"""Serves the simulator on a socket that the starting process opened.

Usage: `python -m sandbox.simulator --socket FD --trail-bucket NAME`; the AWS variables name the cloud and the account.
"""

import argparse
import os

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.simulator.account import Account
from sandbox.simulator.api import Api
from sandbox.simulator.simulator import Simulator


class _Handler(WSGIRequestHandler):
    # Clients keep their connections.
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Logs the operation instead of the path, which is `/` for all."""
        self.log("info", "%s %s %s", self.headers.get("X-Amz-Target", self.path), code, size)


def server(account_id: str, region: str, account: Account, listening: int | None = None) -> BaseWSGIServer:
    """The simulator's server, on a socket by its number or on a free port of the loopback interface."""
    os.environ["MOTO_ACCOUNT_ID"] = account_id
    api = Api(Simulator(account_id, region, account), account_id, region)
    return make_server("127.0.0.1", 0, api, threaded=True, request_handler=_Handler, fd=listening)


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket", type=int, required=True)
    parser.add_argument("--trail-bucket", required=True)
    arguments = parser.parse_args()
    account = Account(os.environ["AWS_ENDPOINT_URL"], arguments.trail_bucket)
    server(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_DEFAULT_REGION"], account, arguments.socket).serve_forever()


if __name__ == "__main__":
    main()
