"""The queries that come with trainstop: in the installed package, or in the repository that it is installed from."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from trainstop.records.query import Query, parse_query

_PACKAGE: Final = Path(__file__).parents[1]
_PLACES: Final = (_PACKAGE / "queries", _PACKAGE.parents[2] / "queries")
"""A wheel has the first (pyproject's force-include), an editable install the second."""


class NoQueriesError(LookupError):
    """The query files are in neither place: trainstop was installed without them."""


@cache
def queries() -> Mapping[str, Query]:
    """All queries by name.

    Raises:
        NoQueriesError: there are none.
        QueryFileError: one is not of the form.
    """
    files = next((found for place in _PLACES if (found := sorted(place.glob("*.sql")))), None)
    if files is None:
        raise NoQueriesError("trainstop was installed without its query files; install it from its wheel or repository")
    return {file.stem: parse_query(file.stem, file.read_text(encoding="utf-8")) for file in files}
