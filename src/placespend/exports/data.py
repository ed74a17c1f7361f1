"""All tables of a pot, or of the pots of several places: a folder with a data package, or one workbook.

The folder holds one file for each table and ``datapackage.json``, which says what each is, what each column means,
where it comes from and under which licence (datapackage.org). Every table that cuts the pot sums to it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.cofog import services
from placespend.errors import DataFileError, UnknownNameError, WrongTypeError
from placespend.explain import explain_cells, name_lines
from placespend.exports.about import About, about_pot, about_pots
from placespend.exports.files import check_target, files_of
from placespend.exports.folders import Kind, check_parent_of, check_path, check_way, write_folder, write_several
from placespend.exports.stamps import stamp
from placespend.exports.tables import table_content
from placespend.exports.text import to_json
from placespend.exports.workbook import Sheet, to_workbook
from placespend.pot import Pot
from placespend.pots_by_level import Pots
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placespend.exports.folders import Files
    from placespend.reconciliation import Reconciliation

FORMS = ("csv", "parquet")
"""What the tables of a folder can be written as."""

WORKBOOK = ".xlsx"
PACKAGE, LIST = "datapackage.json", "data_files.json"
OURS = re.compile(r"datapackage\.json|[a-z][a-z0-9-]*\.(csv|parquet)")
FOLDER = Kind("an export", LIST, "files of an export by placespend, with SHA-256 digests", OURS)

CUTS = {
    "body": "the body that spends",
    "sector": "sector: central government, local government, public corporations",
    "service": "service",
    "economic": "current and capital",
    "basis": "what it is shared by",
    "grade": "how well it is known, from A (recorded at the place) to E",
}
CELL_KEYS = ["body", "sector", "service_code", "service", "economic", "basis", "grade"]
"""What tells the cells of a pot apart in an export. Who was paid is not told."""

AWAITED = ["line_id", "source_id", "body", "service_code", "service_name", "footprint_code", "description"]
UNALLOCATED = ["body", "service_code", "footprint_code", "basis", "amount_pence", "reason"]
MEMO = ["source", "body", "service_code", "footprint_code", "amount_pence", "reason"]


def write_data(found: Pot | Pots, out: str | Path, *, form: str = "csv", keep: Iterable[str | Path] = ()) -> list[Path]:
    """Write all tables of a pot, or of the pots of several places.

    Parameters
    ----------
    found : Pot or Pots
        As :func:`placespend.pot.single_pot` or :func:`placespend.pots_by_level.pots` gives it.
    out : str or pathlib.Path
        A folder, there already or not: one file for each table, and ``datapackage.json``, which describes them; or a
        file that ends in .xlsx, for one workbook. In a folder that is there, only files that an export wrote and that
        were not changed since are written over.
    form : {"csv", "parquet"}
        Of the files in a folder.
    keep : iterable of str or pathlib.Path, optional
        Files that must not be written over, beside those that the pot was made from.

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    DataFileError
        If it cannot be written there.
    WrongTypeError
        If it is neither a pot nor pots.
    UnknownNameError
        If there is no such form.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import placespend as ps
    >>> with TemporaryDirectory() as folder:
    ...     files = write_data(ps.single_pot("Rutland"), f"{folder}/rutland")
    ...     sorted(path.name for path in files)[:3]
    ['accounts.csv', 'awaited.csv', 'by-basis.csv']
    """
    path = check_out(out, form=form)
    about = _about(found)
    kept = [*(Path(file) for file in keep), *files_of(found.loaded.recipe)]
    sheets = data_tables(found)
    if path.suffix.casefold() == WORKBOOK:
        check_target(path, keep=kept)
        return write_several({path: to_workbook(sheets, about=about)}, keep=kept)
    return write_folder(path, _files(found, sheets, about, form), FOLDER, keep=kept)


def check_out(out: str | Path, *, form: str = "csv") -> Path:
    """Make sure that an export can be written to a path, before anything is computed.

    Parameters
    ----------
    out : str or pathlib.Path
        As for :func:`write_data`.
    form : str, default "csv"

    Returns
    -------
    pathlib.Path

    Raises
    ------
    DataFileError
        If nothing can be written there, or what must not be written over stands there.
    WrongTypeError
        If it is no path.
    UnknownNameError
        If there is no such form.
    """
    if form not in FORMS:
        message = f"Tables of a folder are not written as '{form}', but as {' or '.join(FORMS)}."
        raise UnknownNameError(
            message, hint=did_you_mean(str(form), FORMS, otherwise="for a workbook, end out in .xlsx")
        )
    given: Any = out
    if not isinstance(given, str | Path):
        message = f"An export is written to a path, not to {type(out).__name__}."
        raise WrongTypeError(message, hint='for example "leeds", a folder, or "leeds.xlsx"')
    path = Path(given)
    if not str(given).strip() or path.name.casefold() == WORKBOOK:
        message = f"'{given}' is no name for an export."
        raise DataFileError(message, hint="name a folder, or a file that ends in .xlsx")
    check_path(path)
    check_parent_of(path)
    if path.is_dir():
        check_way(path, [PACKAGE], FOLDER)
    elif path.suffix.casefold() == WORKBOOK:
        check_target(path)
    elif path.suffix:
        message = f"{path.name} is no file that all tables can be written to."
        hint = did_you_mean(path.suffix, [WORKBOOK], otherwise="name a folder, or a file that ends in .xlsx")
        raise DataFileError(message, hint=hint)
    elif path.exists():
        message = f"{path} is a file, and without an ending it would be a folder."
        raise DataFileError(message, hint="name another folder, or a file that ends in .xlsx")
    return path


def data_tables(found: Pot | Pots) -> list[Sheet]:
    """List all tables of a pot, or of the pots of several places.

    Parameters
    ----------
    found : Pot or Pots

    Returns
    -------
    list of Sheet
        Named as their files are.
    """
    return _tables_of_pot(found) if isinstance(found, Pot) else _tables_of_pots(found)


def _tables_of_pot(pot: Pot) -> list[Sheet]:
    here = f"{pot.place.name}, {pot.financial_year}"
    tables = [Sheet(f"by-{cut}", f"The pot of {here}, by {words}", pot.by(cut), "pot") for cut, words in CUTS.items()]
    tables.append(
        Sheet("cells", f"The pot of {here}, by body, service, economic, basis and grade at once", _cells(pot))
    )
    if pot.comparison is not None:
        title = f"The pot of {here} per head, beside its authority's and England's"
        tables.append(Sheet("comparison", title, pot.comparison, "comparison"))
    return [
        *tables,
        Sheet("explanation", f"How each amount in the pot of {here} came about", _explained(pot), "explain"),
        Sheet("reconciliation", "Where every penny of the loaded lines is", _reconciled(pot.reconcile())),
        Sheet("accounts", "What became of every line that was read", pot.loaded.accounts, "recipe-check"),
        Sheet("awaited", "Lines that are awaited: they have no amount yet and are in no total", pot.awaited[AWAITED]),
        Sheet("unallocated", "Money of the loaded lines that could be placed nowhere", pot.unallocated[UNALLOCATED]),
        Sheet("memo", "Money that is in no pot", pot.memo[MEMO]),
    ]


def _tables_of_pots(found: Pots) -> list[Sheet]:
    loaded = found.loaded
    within = f" in {found.within}" if found.within else ""
    pots = found.table
    if found.definitions:
        pots = pots.assign(definition=[found.definitions.get(code, "") for code in pots["code"]])
    return [
        Sheet(
            "pots", f"The pot of every place of the level {found.level}{within}, {found.financial_year}", pots, "pots"
        ),
        Sheet("reconciliation", "Where every penny of the loaded lines is", _reconciled(found.reconciliation)),
        Sheet("accounts", "What became of every line that was read", loaded.accounts, "recipe-check"),
        Sheet(
            "awaited", "Lines that are awaited: they have no amount yet and are in no total", loaded.awaited[AWAITED]
        ),
        Sheet("memo", "Money that is in no pot", loaded.memo[MEMO]),
    ]


def _cells(pot: Pot) -> pd.DataFrame:
    """Sum the cells of a pot by all that it can be cut by."""
    grouped = pot.cells.groupby(CELL_KEYS, sort=True, dropna=False)
    return grouped.agg(amount_pence=("amount_pence", "sum"), lines=("lines", "sum")).reset_index()


def _explained(pot: Pot) -> pd.DataFrame:
    """Explain every service of a pot, in the order of services, and each service's awaited lines behind the rest."""
    order = pd.Series(range(len(services())), index=services().index)
    cells = pot.cells.sort_values("service_code", key=lambda codes: codes.map(order), kind="stable")
    paid = cells.assign(line_ids=name_lines(cells, pot.loaded)).astype({"cell_pence": "Int64", "amount_pence": "Int64"})
    tables = [explain_cells(paid, pot.place, pot.loaded)]
    for code in pot.awaited["service_code"].unique():
        explained = pot.explain(code)
        tables.append(explained[explained["status"] == "awaited"])
    together = pd.concat(tables, ignore_index=True)
    return together.sort_values("service_code", key=lambda codes: codes.map(order), kind="stable", ignore_index=True)


def _reconciled(found: Reconciliation) -> pd.DataFrame:
    return pd.DataFrame([found.as_dict()])


def _about(found: Pot | Pots) -> About:
    given: Any = found
    if isinstance(given, Pot):
        return about_pot(given)
    if isinstance(given, Pots):
        return about_pots(given)
    message = f"Data are written of a pot or of pots, not of {type(given).__name__}."
    hint = "make one with placespend.single_pot or placespend.pots; write a table with placespend.write_table"
    raise WrongTypeError(message, hint=hint)


def _files(found: Pot | Pots, sheets: list[Sheet], about: About, form: str) -> Files:
    """Make all the files of a folder."""
    from placespend.exports.packages import Resource, package_descriptor  # noqa: PLC0415

    place = found.place if isinstance(found, Pot) else None
    resources = []
    for sheet in sheets:
        # A file may end up without the others, so each says in its rows what it was made with.
        table = stamp(sheet.table, found.loaded, what=found.what, place=place)
        told = About(**{**vars(about), "title": sheet.title})
        content = table_content(table, form, about=told, declared=sheet.declared)
        resources.append(
            Resource(sheet.name, sheet.title, f"{sheet.name}.{form}", form, table, content, sheet.declared)
        )
    descriptor = package_descriptor(
        resources,
        name=f"placespend-{_called(found)}-{found.financial_year}",
        title=about.title,
        made_with=about.made_with,
        sources=list(about.sources),
        description=_description(about),
    )
    files: Files = {resource.path: resource.content for resource in resources}
    return {**files, PACKAGE: to_json(descriptor).encode("utf-8")}


def _called(found: Pot | Pots) -> str:
    """Name a pot or pots as a data package can be called: in small letters, digits and hyphens."""
    name = found.place.code if isinstance(found, Pot) else found.level
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "pot"


def _description(about: About) -> str:
    """Say what the tables are, in paragraphs."""
    told = about.as_texts()
    words = {"what": "These figures are: ", "place": "Place: ", "scope": "In scope: ", "notes": ""}
    return "\n\n".join(f"{words[name]}{told[name]}" for name in words if name in told)
