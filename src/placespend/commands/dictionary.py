"""What the columns of tables mean."""

from __future__ import annotations

from typing import Any

import click

from placespend.commands.options import output_options
from placespend.commands.output import deliver


@click.command()
@click.argument("names", nargs=-1, metavar="[COLUMN|TABLE]...")
@click.option("--tables", is_flag=True, help="List the tables instead.")
@output_options
def dictionary(names: tuple[str, ...], *, tables: bool, **options: Any) -> None:
    """Tell what the columns of tables mean, and in which unit.

    Each name is a column, such as per_head_pence, or a table, such as pot, families-cost or report/bodies, whose
    columns are all told. All columns where none is named.
    """
    from placespend.dictionary import list_tables, look_up  # noqa: PLC0415

    if tables and names:
        message = "'--tables' goes without names."
        raise click.UsageError(message)
    found, whole = (list_tables(), ()) if tables else look_up(names)

    def table() -> str:
        from placespend.dictionary_text import meanings_text, tables_text  # noqa: PLC0415

        return tables_text(found) if tables else meanings_text(found, whole)

    deliver(options, table=table, csv=lambda: found, json=lambda: found)
