"""Services that are down: their calls fail as AWS's do when they are."""

_DOWN: set[str] = set()
KNOWN = frozenset({"sns"})


def set_down(services: list[str]) -> None:
    """From now on these services are down, and no others.

    Raises:
        ValueError: names a service whose outage the sandbox cannot play.
    """
    if unknown := set(services) - KNOWN:
        raise ValueError(f"no outage of {', '.join(sorted(unknown))} can be played, only of {', '.join(sorted(KNOWN))}")
    _DOWN.clear()
    _DOWN.update(services)


def is_down(service: str) -> bool:
    """Whether calls to the service fail."""
    return service in _DOWN
