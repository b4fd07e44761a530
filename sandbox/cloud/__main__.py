"""Serves the emulated account and the inbox on sockets that the starting process opened.

Usage: `python -m sandbox.cloud --socket FD --inbox-socket FD --inbox FOLDER`; AWS_ENDPOINT_URL is its own address.
"""

import argparse
import asyncio
import os
import signal
import socket
import threading
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import app as emulator

from sandbox.cloud import extensions
from sandbox.cloud.server import with_own_paths
from sandbox.inbox.store import Inbox
from sandbox.inbox.web import InboxServer

# As the emulator's own server: AWS's SDKs reuse connections for a minute.
_KEEP_ALIVE_SECONDS = 75


def main() -> None:
    """Serves until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket", type=int, required=True)
    parser.add_argument("--inbox-socket", type=int, required=True)
    parser.add_argument("--inbox", type=Path, required=True)
    arguments = parser.parse_args()
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    inbox = Inbox(arguments.inbox)
    extensions.install(inbox, endpoint)
    page = InboxServer(socket.socket(fileno=arguments.inbox_socket), inbox, endpoint)
    threading.Thread(target=page.serve_forever, daemon=True).start()
    asyncio.run(_serve(arguments.socket))


async def _serve(listening: int) -> None:
    config = Config()
    config.bind = [f"fd://{listening}"]
    config.keep_alive_timeout = _KEEP_ALIVE_SECONDS
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await serve(with_own_paths(emulator), config, shutdown_trigger=ended.wait)


if __name__ == "__main__":
    main()
