"""Debian's Chromium, without a window and without calls home, for the benchmarks and the browser tests."""

from typing import Final

PATH: Final = "/usr/bin/chromium"
OPTIONS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
