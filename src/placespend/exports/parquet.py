"""Tables as Parquet: columns of one type each, with what they mean and what they were made with inside the file.

Amounts are whole pence of 64 bits. A missing number is missing, and never a float's "not a number", so whole numbers
stay whole. The same table gives the same bytes.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from placespend.exports.columns import meanings_of, typed_table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from placespend.exports.about import About


def to_parquet(table: pd.DataFrame, *, about: About, declared: str = "") -> bytes:
    """Write a table as Parquet.

    Parameters
    ----------
    table : pandas.DataFrame
    about : About
        What it is; kept as metadata of the file: ``title``, ``made_with``, ``notice`` and so on.
    declared : str, optional
        Name of the table in the data dictionary, whose ``unit`` and ``meaning`` become metadata of the columns.

    Returns
    -------
    bytes

    Raises
    ------
    WrongTypeError, TooLargeError
        As :func:`placespend.exports.columns.typed_table` does.
    """
    import pyarrow as pa  # noqa: PLC0415  (a pot needs no Parquet)

    typed = typed_table(table)
    return parquet_bytes(with_meanings(pa.Table.from_pandas(typed, preserve_index=False), typed, about, declared))


def with_meanings(arrow: pa.Table, table: pd.DataFrame, about: About, declared: str = "") -> pa.Table:
    """Put into a table what it is and what its columns mean.

    Parameters
    ----------
    arrow : pyarrow.Table
    table : pandas.DataFrame
        The same, as it was.
    about : About
    declared : str, optional
        Name of the table in the data dictionary.

    Returns
    -------
    pyarrow.Table
        Metadata that it has are kept.
    """
    import pyarrow as pa  # noqa: PLC0415  (a pot needs no Parquet)

    told = {found.name: {"type": found.type, "unit": found.unit, "meaning": found.meaning}
            for found in meanings_of(table, declared)}  # fmt: skip
    fields = [
        field.with_metadata({name: text for name, text in told[field.name].items() if text}) for field in arrow.schema
    ]
    metadata = {**(arrow.schema.metadata or {}), **{key: text.encode() for key, text in _encodable(about).items()}}
    return arrow.cast(pa.schema(fields)).replace_schema_metadata(metadata)


def parquet_bytes(arrow: pa.Table) -> bytes:
    """Write a table of Arrow as Parquet.

    Parameters
    ----------
    arrow : pyarrow.Table

    Returns
    -------
    bytes
    """
    import pyarrow.parquet as pq  # noqa: PLC0415  (a pot needs no Parquet)

    written = io.BytesIO()
    pq.write_table(arrow, written)
    return written.getvalue()


def _encodable(about: About) -> dict[str, str]:
    """Give what is said as UTF-8 can hold it."""
    return {key: text.encode("utf-8", "replace").decode("utf-8") for key, text in about.as_texts().items()}
