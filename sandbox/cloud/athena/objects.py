"""The objects of a table as files, kept from one query to the next: an object is copied out of the store once."""

import shutil
import tempfile
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from ministack.services import athena, s3

scratch: ContextVar[Path] = ContextVar("scratch")
"""A folder of the running query's own, which ends with it."""

_kept: list[tempfile.TemporaryDirectory[str]] = []
_etags: dict[Path, str] = {}


def materialize(location: str, workdirs: list[str]) -> list[str]:
    """Stands for the emulator's `_materialize_table_files`: the objects below a location, by their keys' folders."""
    workdirs.append(tempfile.mkdtemp(prefix="ministack-athena-"))
    scratch.set(Path(workdirs[-1]))
    parsed = urlparse(location)
    prefix = parsed.path.strip("/")
    prefix = f"{prefix}/" if prefix else ""
    bucket = s3._buckets.get(parsed.netloc)  # noqa: SLF001 - an extension
    keys = [key for key in sorted(bucket["objects"]) if _is_read(key, prefix)] if bucket else []
    return [str(path) for key in keys if (path := _file(parsed.netloc, key)) is not None]


def _is_read(key: str, prefix: str) -> bool:
    if not key.startswith(prefix) or key.endswith("/"):
        return False
    return not athena._hidden(key[len(prefix) :])  # noqa: SLF001 - an extension


def _file(bucket_name: str, key: str) -> Path | None:
    stored: dict[str, Any] | None = s3._buckets[bucket_name]["objects"].get(key)  # noqa: SLF001 - an extension
    if stored is None:
        return None
    path = _folder() / bucket_name / key
    if _etags.get(path) != stored["etag"]:
        data = s3._get_object_data(bucket_name, key)  # noqa: SLF001 - an extension
        if data is None:
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        # A new file: a query that runs has the old one open.
        fresh = path.with_name(f".{path.name}")
        fresh.write_bytes(data)
        shutil.move(fresh, path)
        _etags[path] = stored["etag"]
    return path


@cache
def _folder() -> Path:
    """For the emulator's life: it is removed with the object that is kept here."""
    _kept.append(tempfile.TemporaryDirectory(prefix="ministack-athena-kept-"))
    return Path(_kept[0].name)
