"""The commands. Each builds something, sets it out as table, CSV or JSON, and prints or writes it.

A user's mistake ends in one message on the error stream and exit code 2. The options that commands share are
declared once. click, not typer: typer now imports pydantic, which alone costs a fifth of the whole time of a pot.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from placespend import __version__
from placespend.errors import PlacespendError
from placespend.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from placespend.recipe import Recipe

    Command = Callable[..., None]

FORMATS = ("table", "csv", "json")

_place = click.argument("place")
_place_or_recipe = click.argument("place", required=False)
_level = click.option(
    "--level", metavar="LEVEL", help="Kind of place, such as upper_tier or region, where several share a name."
)
_as_at = click.option(
    "--as-at",
    metavar="DATE",
    help="Day on which combined authorities are taken, or 'today'. Otherwise the end of the financial year.",
)


_keep = click.option(
    "--keep-unknown-footprints",
    is_flag=True,
    help="Keep lines whose footprint is no known place, as unallocated money, instead of stopping.",
)


def _output(command: Command) -> Command:
    """Add the options that say how a result is set out and where it goes."""
    form = click.option(
        "--format", "form", type=click.Choice(FORMATS), help="How to set it out; otherwise by --out, or as a table."
    )
    out = click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="File to write, not print.")
    return form(out(command))


def _money(command: Command) -> Command:
    """Add the options that say which lines are in, and when places are taken."""
    return _money_in(_as_at(command))


def _money_in(command: Command) -> Command:
    """Add the options that say which lines are in."""
    year = click.option("--year", metavar="YEAR", help="Financial year, as 2011-12, where the lines hold several.")
    lines = click.option(
        "--lines",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Your own spending lines (CSV) instead of the shipped ones. May be given several times.",
    )
    with_shipped = click.option(
        "--with-shipped", is_flag=True, help="Add the shipped lines to yours. Money that both hold is an error."
    )
    recipe = click.option(
        "--recipe",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Recipe that says what is in (TOML), instead of the shipped one.",
    )
    return recipe(year(lines(with_shipped(_keep(command)))))


def _register(command: Command) -> Command:
    """Add the options that say which registers of lines are read."""
    files = click.option(
        "--register",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Your own register of lines, or of their changes (CSV), beside the shipped one.",
    )
    return files(click.option("--register-alone", is_flag=True, help="Leave the shipped register out.")(command))


def _recipe_wanted(options: dict[str, Any]) -> dict[str, Any]:
    """Turn the options of :func:`_money_in` into the arguments of :func:`placespend.loaded.recipe_wanted`."""
    return {
        "recipe": options["recipe"],
        "lines": list(options["lines"]) or None,
        "with_shipped": options["with_shipped"],
        "year": options["year"],
        "unknown_footprints": _unknown_footprints(keep=options["keep_unknown_footprints"]),
    }


def _lines_wanted(options: dict[str, Any]) -> dict[str, Any]:
    """Turn the options of :func:`_money` into the arguments of :func:`placespend.pot.single_pot`."""
    return {**_recipe_wanted(options), "as_at": options["as_at"]}


def _unknown_footprints(*, keep: bool) -> str:
    return "unallocated" if keep else "error"


def _tell(message: str) -> None:
    click.echo(printable(message), err=True)


def _deliver(
    options: dict[str, Any],
    *,
    table: Callable[[], str],
    csv: Callable[[], pd.DataFrame],
    json: Callable[[], object],
    keep: Iterable[Path] = (),
) -> None:
    """Set a result out in the form asked for, and print or write it to a file that is none of those to keep."""
    from placespend.exports import to_csv, to_json  # noqa: PLC0415

    out: Path | None = options["out"]
    form = options["form"] or _form_by_ending(out)
    if form == "json":
        text = to_json(json())
    elif form == "csv":
        text = to_csv(csv())
    else:
        text = table()
    read = [*keep, *options.get("lines", ()), *([options["recipe"]] if options.get("recipe") else [])]
    _print_or_write(text, out, keep=read)


def _files_of(*recipes: Recipe) -> list[Path]:
    """List the files that recipes take their money from, which no result may be written over."""
    return [path for recipe in recipes for source in recipe.sources for path in source.paths]


def _form_by_ending(out: Path | None) -> str:
    """Tell the form from the ending of a file; text for none or .txt."""
    ending = out.suffix.casefold() if out else ""
    forms = {"": "table", ".txt": "table", ".csv": "csv", ".json": "json"}
    if ending not in forms:
        message = f"placespend does not write {ending} files."
        raise PlacespendError(message, hint="end the file's name in .csv, .json or .txt, or say --format")
    return forms[ending]


def _print_or_write(text: str, out: Path | None, *, keep: Iterable[Path] = ()) -> None:
    """Print a text, or write it to a file that is none of those to keep."""
    from placespend.exports import write_whole  # noqa: PLC0415

    if out is None:
        # Not click.echo, which takes colours out of data that are piped on.
        if sys.stdout is not None:
            sys.stdout.write(text)
            sys.stdout.flush()
    else:
        write_whole(text, out, keep=keep)
        _tell(f"Written: {out}")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, message="placespend %(version)s")
def app() -> None:
    """Show what all public bodies together spend in a place, right to the penny."""


@app.command()
@_place_or_recipe
@click.option(
    "--by",
    multiple=True,
    default=["service"],
    metavar="COLUMN",
    help="Cut by body, sector, service (as without it), economic, basis or grade; two at once as body,grade.",
)
@_level
@_money
@_output
def pot(place: str | None, by: tuple[str, ...], level: str | None, **options: Any) -> None:
    """Show the single pot of a place, each pound counted once.

    PLACE is the name, an alias or the code of a place in England, such as "Greater Manchester" or E08000003. It may be
    left out where a recipe names it.
    """
    from placespend.exports import pot_document, stamp  # noqa: PLC0415
    from placespend.money import format_gbp  # noqa: PLC0415
    from placespend.pot import single_pot  # noqa: PLC0415

    columns = [name.strip() for column in by for name in column.split(",")]
    found = single_pot(place, level=level, **_lines_wanted(options))

    def table() -> str:
        from placespend.tables import pot_text  # noqa: PLC0415

        return pot_text(found, *columns)

    def csv() -> pd.DataFrame:
        if len(found.unallocated):
            # Tables and documents show it; the rows of a cut have no place for it.
            pence = found.reconcile().unallocated_pence
            _tell(f"Unallocated, and in no row: {format_gbp(pence)} in {len(found.unallocated):,} cells.")
        return stamp(found.by(*columns), found.loaded)

    keep = _files_of(found.loaded.recipe)
    _deliver(options, table=table, csv=csv, json=lambda: pot_document(found, *columns), keep=keep)


@app.command()
@click.option("--level", required=True, metavar="LEVEL", help="Kind of place: upper_tier, lad, region, and so on.")
@_money
@_output
def pots(level: str, **options: Any) -> None:
    """Show the pot of every place of a level in one run.

    The levels are those that "placespend places" shows.
    """
    from placespend.exports import pots_document, stamp  # noqa: PLC0415
    from placespend.pots_by_level import pots as build_pots  # noqa: PLC0415

    found = build_pots(level, **_lines_wanted(options))

    def table() -> str:
        from placespend.tables import pots_text  # noqa: PLC0415

        return pots_text(found)

    _deliver(
        options,
        table=table,
        csv=lambda: stamp(found.table, found.loaded),
        json=lambda: pots_document(found),
        keep=_files_of(found.loaded.recipe),
    )


@app.command()
@click.argument("text", required=False)
@_level
@_as_at
@_output
def places(text: str | None, level: str | None, as_at: str | None, **options: Any) -> None:
    """List places by name, code or level.

    TEXT is part of a name or code. Middle-layer and small areas are listed with --level msoa or --level lsoa.
    """
    from placespend.gazetteer import find_place, list_places  # noqa: PLC0415

    found = list_places(text, level=level, as_at=as_at)
    if found.empty and text:
        # Nothing holds the text: what would find one place says what was meant.
        find_place(text, level=level, as_at=as_at)

    def table() -> str:
        from placespend.tables import places_text  # noqa: PLC0415

        return places_text(found)

    _deliver(options, table=table, csv=lambda: found, json=lambda: found)


@app.command()
@_place
@click.option("--service", required=True, metavar="TEXT", help="Code of a service, or part of its name: 7.A, medical.")
@_level
@_money
@_output
def explain(place: str, service: str, level: str | None, **options: Any) -> None:
    """Tell how the figure of a service came about.

    Shows every line behind it with its footprint, measure, share, assumption and source.
    """
    from placespend.exports import stamp  # noqa: PLC0415
    from placespend.pot import single_pot  # noqa: PLC0415

    found = single_pot(place, level=level, **_lines_wanted(options))

    def table() -> str:
        from placespend.tables import explanation_text  # noqa: PLC0415

        return explanation_text(found, service)

    def stamped() -> pd.DataFrame:
        return stamp(found.explain(service), found.loaded)

    _deliver(options, table=table, csv=stamped, json=stamped, keep=_files_of(found.loaded.recipe))


@app.group()
def lines() -> None:
    """Check your own spending lines, or start a file of them."""


@lines.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the faults as CSV, for their owner."
)
@_keep
def check(files: tuple[Path, ...], out: Path | None, *, keep_unknown_footprints: bool) -> None:
    """Check files of lines and tell all that is wrong."""
    from placespend.accounts import sum_pence  # noqa: PLC0415
    from placespend.errors import LinesError  # noqa: PLC0415
    from placespend.exports import to_csv  # noqa: PLC0415
    from placespend.lines import check_lines, read_lines  # noqa: PLC0415
    from placespend.money import format_gbp  # noqa: PLC0415

    unknown = _unknown_footprints(keep=keep_unknown_footprints)
    failures = check_lines(*files, unknown_footprints=unknown)
    if out is not None:
        # Also where nothing is wrong, so that no older list of faults stays beside a file that is right.
        _print_or_write(to_csv(failures), out, keep=files)
    if not failures.empty:
        raise LinesError(failures)
    table = read_lines(*files, unknown_footprints=unknown)
    awaited = int((table["status"] == "awaited").sum())
    years = ", ".join(sorted(table["financial_year"].unique()))
    click.echo(f"{len(table):,} lines of {years}, {format_gbp(sum_pence(table))}, {awaited:,} awaited: nothing wrong.")


@lines.command()
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="File to write, not print.")
def template(out: Path | None) -> None:
    """Print a file of lines with three examples, or write it."""
    from placespend.lines import lines_template  # noqa: PLC0415

    # A file that is there may be a template that was filled in.
    _print_or_write(lines_template(), out, keep=[out] if out else [])


@lines.command()
@_output
def columns(**options: Any) -> None:
    """List the columns of a lines file with their meaning."""
    from placespend.schema import data_dictionary  # noqa: PLC0415
    from placespend.tables import dictionary_text  # noqa: PLC0415

    table = data_dictionary()
    _deliver(options, table=lambda: dictionary_text(table), csv=lambda: table, json=lambda: table)


@lines.command()
@_output
def services(**options: Any) -> None:
    """List the services and what each is shared by."""
    from placespend.bases import basis_of_service  # noqa: PLC0415
    from placespend.bases import services as list_services  # noqa: PLC0415
    from placespend.tables import services_text  # noqa: PLC0415

    table = list_services().join(basis_of_service()).reset_index()
    _deliver(options, table=services_text, csv=lambda: table, json=lambda: table)


@lines.command()
@click.argument("line")
@_register
@click.option(
    "--lines",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own spending lines (CSV), whose amounts are shown by year.",
)
@_output
def trace(line: str, register: tuple[Path, ...], *, register_alone: bool, **options: Any) -> None:
    """Follow a funding line through its changes: renamed, merged, split, ended.

    LINE is its id in the register, or its name.
    """
    from placespend.lines import read_lines  # noqa: PLC0415
    from placespend.register import read_register  # noqa: PLC0415

    known = read_register(*register, with_shipped=not register_alone)

    def table() -> str:
        from placespend.register_text import trace_text  # noqa: PLC0415

        return trace_text(known, line, read_lines(*options["lines"]) if options["lines"] else None)

    _deliver(options, table=table, csv=lambda: known.trace(line), json=lambda: known.trace(line), keep=register)


@lines.command()
@_register
@click.option("--as-at", metavar="DATE", help="Day up to which the waiting is counted; otherwise today.")
@_money_in
@_output
def awaited(register: tuple[Path, ...], as_at: str | None, *, register_alone: bool, **options: Any) -> None:
    """List the lines that are awaited: who owes a figure, and since when."""
    from placespend.loaded import load, recipe_wanted  # noqa: PLC0415
    from placespend.over_years import awaited as list_awaited  # noqa: PLC0415
    from placespend.register import read_register  # noqa: PLC0415

    known = read_register(*register, with_shipped=not register_alone)
    wanted = recipe_wanted(**_recipe_wanted(options))
    waiting = list_awaited(load(wanted).lines, known, as_at=as_at or "today")

    def table() -> str:
        from placespend.register_text import awaited_text  # noqa: PLC0415

        return awaited_text(waiting)

    keep = [*register, *_files_of(wanted)]
    _deliver(options, table=table, csv=lambda: waiting, json=lambda: waiting, keep=keep)


@app.command()
@_place_or_recipe
@click.option(
    "--to",
    metavar="TOTAL|RECIPE",
    help="A published total by its id, or the file of another recipe (.toml); otherwise every published total.",
)
@click.option("--to-place", metavar="PLACE", help="Another place, in place of or beside --to RECIPE.")
@click.option(
    "--deflator",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="HM Treasury's GDP deflators, for a step to the prices of the published year.",
)
@_level
@_money
@_output
def bridge(place: str | None, to: str | None, to_place: str | None, deflator: Path | None, **options: Any) -> None:
    """Show what moves the pot of a place to another total, step by step and to the penny.

    Between two pots nothing is left unexplained. To a published total, the rest that its publication does not explain
    is shown, never forced.
    """
    from placespend.exports import bridge_document, stamp  # noqa: PLC0415
    from placespend.pot import single_pot  # noqa: PLC0415
    from placespend.published import bridges_wanted  # noqa: PLC0415
    from placespend.recipe import read_recipe  # noqa: PLC0415

    pot = single_pot(place, level=options["level"], **_lines_wanted(options))
    found = bridges_wanted(pot.place, pot.loaded, to=to, to_place=to_place, as_at=options["as_at"], deflator=deflator)

    def table() -> str:
        from placespend.bridge_text import bridges_text  # noqa: PLC0415

        return bridges_text(found, pot.loaded)

    def csv() -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415

        return stamp(pd.concat([one.as_table() for one in found], ignore_index=True), pot.loaded)

    def json() -> object:
        return [bridge_document(one, pot.loaded) for one in found]

    # A recipe that is bridged to was read, and so was what it takes.
    to_recipe = [read_recipe(to)] if to is not None and to.casefold().endswith(".toml") else []
    read = [*(Path(name) for name in (to, deflator) if name is not None), *_files_of(pot.loaded.recipe, *to_recipe)]
    _deliver(options, table=table, csv=csv, json=json, keep=read)


@app.group()
def recipe() -> None:
    """Make a recipe, which says all that is in a pot, and check it."""


@recipe.command(name="template")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="File to write, not print.")
def recipe_template(out: Path | None) -> None:
    """Print the shipped recipe to copy from, or write it."""
    from placespend.recipe import recipe_template as shipped  # noqa: PLC0415

    _print_or_write(shipped(), out, keep=[out] if out else [])


@recipe.command(name="keys")
@_output
def recipe_keys(**options: Any) -> None:
    """List what a recipe may say, with the meaning."""
    from placespend.recipe_schema import list_keys  # noqa: PLC0415
    from placespend.recipe_text import keys_text  # noqa: PLC0415

    table = list_keys()
    _deliver(options, table=lambda: keys_text(table), csv=lambda: table, json=lambda: table)


@recipe.command(name="check")
@click.argument("file", type=click.Path(path_type=Path))
@_output
def recipe_check(file: Path, **options: Any) -> None:
    """Check a recipe and its sources, and tell what became of every line."""
    from placespend.loaded import load  # noqa: PLC0415
    from placespend.recipe import read_recipe  # noqa: PLC0415

    loaded = load(read_recipe(file))

    def table() -> str:
        from placespend.recipe_text import accounts_text  # noqa: PLC0415

        return accounts_text(loaded)

    keep = [file, *_files_of(loaded.recipe)]
    _deliver(options, table=table, csv=lambda: loaded.accounts, json=lambda: loaded.accounts, keep=keep)


@recipe.command()
@click.option("--recipe", type=click.Path(path_type=Path), metavar="FILE", help="Instead of the shipped recipe.")
@click.option("--year", metavar="YEAR", help="Financial year, as 2011-12, where the sources hold several.")
@_output
def residuals(recipe: Path | None, year: str | None, **options: Any) -> None:
    """Show official allocation against outturn, by service group and region.

    Where all outturn is loaded, their difference is a difference of definitions.
    """
    from placespend.exports import stamp  # noqa: PLC0415
    from placespend.loaded import load, recipe_wanted  # noqa: PLC0415

    loaded = load(recipe_wanted(recipe, year=year))

    def table() -> str:
        from placespend.recipe_text import residuals_text  # noqa: PLC0415

        return residuals_text(loaded)

    _deliver(
        options,
        table=table,
        csv=lambda: stamp(loaded.residuals, loaded),
        json=lambda: loaded.residuals,
        keep=[*([recipe] if recipe else []), *_files_of(loaded.recipe)],
    )


def main() -> None:
    """Run the command line; a user's mistake is told and ends with exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a pipe that cannot show every sign still gets the figures.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except PlacespendError as error:
        _tell(f"Error: {error.message}")
        if error.hint:
            _tell(f"Hint: {error.hint}")
        sys.exit(2)
    except OSError as error:
        # Printing failed, as on a full disk; closing what is left to print would fail once more.
        sys.stdout = None
        _tell(f"Error: the result cannot be printed: {error.strerror}.")
        sys.exit(2)
