"""What Athena's answers mean: all values come as text beside their types, and bytes scanned are what is paid for."""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mypy_boto3_athena.type_defs import RowTypeDef

Value = str | int | float | bool | Decimal | None

USD_PER_TERABYTE: Final = Decimal(5)
"""FORMATS.md 7.4: most Regions. A terabyte is taken as 10**12 bytes, so that an estimate errs on the high side."""

_MEGABYTE: Final = 1_000_000
_MEGABYTES_PER_TERABYTE: Final = 1_000_000
_LEAST_MEGABYTES: Final = 10

_READERS: Mapping[str, Callable[[str], Value]] = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "int", "bigint"), int),
    **dict.fromkeys(("float", "real", "double"), float),
    "decimal": Decimal,
    "boolean": lambda text: text == "true",
}


def cost_usd(bytes_scanned: int) -> Decimal:
    """What a query of so many bytes costs: rounded up to the megabyte, ten megabytes at least (FORMATS.md 7.4)."""
    megabytes = (Decimal(bytes_scanned) / _MEGABYTE).to_integral_value(ROUND_CEILING)
    return max(megabytes, Decimal(_LEAST_MEGABYTES)) * USD_PER_TERABYTE / _MEGABYTES_PER_TERABYTE


def texts(rows: Sequence["RowTypeDef"]) -> list[list[str | None]]:
    """The rows' values as they came; a datum without a value is NULL."""
    return [[datum.get("VarCharValue") for datum in row["Data"]] for row in rows]


def typed(row: Sequence[str | None], types: Sequence[str]) -> tuple[Value, ...]:
    """A row's values by its columns' types. Dates, times and compound values stay text."""
    return tuple(None if text is None else _READERS.get(kind, str)(text) for text, kind in zip(row, types, strict=True))
