"""What lines are shared by where a recipe wants it otherwise than the ladders, and why.

A recipe may leave measures out, so that the next rung of a ladder is taken, and may name a basis for a service or for
one line, with its reason. A line is shared by what the recipe says of that line; else by the basis that it brings with
it; else by what the recipe says of its service; else by the best rung of the service's ladder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placespend.bases import Bases
from placespend.cofog import services
from placespend.errors import RecipeError, UnknownNameError, list_values
from placespend.footprints import footprint_extent, name_of
from placespend.responsibilities import service_groups
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import pandas as pd


@dataclass(frozen=True)
class Override:
    """A service, or one line, that is shared by something else than its own basis, and why.

    Attributes
    ----------
    service : str
        Its code; blank where it is for a line.
    basis, reason : str
    line : str
        Its id; blank where it is for a service.
    """

    service: str
    basis: str
    reason: str
    line: str = ""

    def as_dict(self) -> dict[str, str]:
        """Give what the recipe says of it.

        Returns
        -------
        dict
        """
        return {key: found for key, found in vars(self).items() if found}


@dataclass(frozen=True)
class Choice:
    """That something is not shared by what its ladder says.

    Attributes
    ----------
    what : str
        The service's code, or "line" and its id.
    services : tuple of str
        Codes of the services that it is of.
    basis, reason : str
    """

    what: str
    services: tuple[str, ...]
    basis: str
    reason: str


def faults_of_choices(
    overrides: Sequence[Override], left_out: Sequence[str], bases: Bases, *, others_may_come: bool = False
) -> Iterator[str]:
    """Find what is wrong with the bases that a recipe names, and with the measures that it leaves out.

    Parameters
    ----------
    overrides : sequence of Override
    left_out : sequence of str
    bases : Bases
    others_may_come : bool, default False
        Whether measures are still to be read, so that an unknown name may be one of theirs.

    Returns
    -------
    iterator of str
        One sentence for each fault, with a hint.
    """
    measures = [name for name in bases.names if len(bases.basis(name).parts) == 1]
    unknown = [] if others_may_come else list(_unknown("measure", left_out, measures))
    yield from unknown
    if not unknown and not others_may_come:
        try:
            bases.without(left_out, chosen_otherwise=[override.service for override in overrides])
        except UnknownNameError as error:
            yield f"{error.message.removesuffix('.')}. Hint: {error.hint}"
    for kind, named in (
        ("service", [override.service for override in overrides if override.service]),
        ("line", [override.line for override in overrides if override.line]),
    ):
        twice = sorted({name for name in named if named.count(name) > 1})
        yield from (f"two [[basis]] are for {kind} {name!r}. Hint: keep the one that is meant" for name in twice)
    for override in overrides:
        subject = override.service or override.line
        if bool(override.service) == bool(override.line):
            yield "a [[basis]] is for a service or for a line. Hint: say one of service and line"
        if not override.reason.strip():
            yield f"{subject} is to be shared by {override.basis!r} without a reason. Hint: it stands on outputs"
        if override.service:
            yield from _unknown("service", [override.service], list(services().index))
        if not others_may_come:
            yield from _unknown_basis(override.basis, bases)
        parts = bases.basis(override.basis).parts if override.basis in bases.names else ()
        yield from (
            f"{subject} is to be shared by {override.basis!r}, which takes the measure {part.name!r}, "
            "and the recipe leaves that out. Hint: name another basis, or keep the measure"
            for part, _ in parts
            if part.name in left_out
        )


def _unknown_basis(name: str, bases: Bases) -> Iterator[str]:
    if name not in bases.names and name in set(bases.ladders["basis"]):
        hint = "give it with --measure FILE, in a column of that name: a ladder with that rung then takes it"
        yield f"the basis {name!r} is known and not loaded. Hint: {hint}"
    else:
        yield from _unknown("basis", [name], sorted({*bases.names, *bases.ladders["basis"]}))


def _unknown(kind: str, names: Sequence[str], known: list[str]) -> Iterator[str]:
    see = "placespend lines services" if kind == "service" else "placespend bases"
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known, otherwise=f"see: {see}")
            yield f"there is no {kind} {printable(name)!r}. Hint: {hint}"


def check_choices(
    overrides: Sequence[Override],
    left_out: Sequence[str],
    bases: Bases,
    lines_of: Mapping[str, Collection[str]],
) -> None:
    """Refuse a recipe that names bases or lines which are not loaded, all of them at once.

    Parameters
    ----------
    overrides : sequence of Override
    left_out : sequence of str
        Measures.
    bases : Bases
    lines_of : mapping of str to collection of str
        The ids of the lines that each source holds.

    Raises
    ------
    RecipeError
        With every fault.
    """
    found = [*faults_of_choices(overrides, left_out, bases), *faults_of_lines_named(overrides, lines_of)]
    faults = list(dict.fromkeys(found))
    if faults:
        message = "The recipe cannot be used:\n" + "\n".join(f"  {fault}" for fault in faults)
        raise RecipeError(message, hint="what money can be shared by: placespend bases")


def choose_otherwise(lines: pd.DataFrame, overrides: Sequence[Override]) -> pd.DataFrame:
    """Give lines the basis that a recipe names for them.

    Parameters
    ----------
    lines : pandas.DataFrame
        With a blank ``basis`` where they bring none.
    overrides : sequence of Override

    Returns
    -------
    pandas.DataFrame
        The table itself where there are none.

    Notes
    -----
    Done before sources are brought together, so that what becomes of a line keeps its basis, however it is divided.
    """
    if not overrides:
        return lines
    of_service = {override.service: override.basis for override in overrides if override.service}
    of_line = {override.line: override.basis for override in overrides if override.line}
    wanted = lines["service_code"].map(of_service)
    basis = lines["basis"].where((lines["basis"] != "") | wanted.isna(), wanted)
    named = lines["line_id"].map(of_line)
    return lines.assign(basis=basis.where(named.isna(), named).astype("str"))


def describe_choices(
    lines: pd.DataFrame, overrides: Sequence[Override], bases: Bases
) -> tuple[tuple[Choice, ...], list[str]]:
    """Say what is shared otherwise than its ladder says, and why.

    Parameters
    ----------
    lines : pandas.DataFrame
        Those in the pot, with their ``basis``.
    overrides : sequence of Override
    bases : Bases

    Returns
    -------
    choices : tuple of Choice
    notes : list of str
        Of lines named that are not in the pot.
    """
    found: list[Choice] = []
    chosen = {override.service for override in overrides}
    if bases.left_out:
        usual, taken = Bases(bases.own).of_service["basis"], bases.of_service["basis"]
        left_out = ", ".join(bases.left_out)
        found = [
            Choice(code, (code,), taken[code], f"shared by {taken[code]}, for the recipe leaves out {left_out}")
            for code in taken.index[(taken != usual) & ~taken.index.isin(chosen)]
        ]
    notes = []
    for override in overrides:
        reason = f"shared by {override.basis}: {override.reason}"
        if override.service:
            codes = [override.service, *_parts_of(lines, override.service)]
            found.append(Choice(override.service, tuple(codes), override.basis, reason))
            continue
        here = _is_of_line(lines["line_id"], override.line) & (lines["basis"] == override.basis)
        services_of_line = tuple(sorted(lines.loc[here, "service_code"].unique()))
        if services_of_line:
            found.append(Choice(f"line {override.line}", services_of_line, override.basis, reason))
        else:
            notes.append(f"Line {override.line} is not in the pot, so its basis ({override.basis}) moves nothing.")
    return tuple(found), notes


def _parts_of(lines: pd.DataFrame, service: str) -> list[str]:
    """Name the services over which recorded amounts of a group were divided."""
    group = service_groups()["group"].get(service)
    if group is None or service in set(lines["service_code"]):
        return []
    divided = lines[lines["treatment"].isin(["split", "part", "scaled"])]
    of_group = divided["service_code"].map(service_groups()["group"]) == group
    return sorted(divided.loc[of_group, "service_code"].unique())


def _is_of_line(line_ids: pd.Series, line: str) -> pd.Series:
    """Tell which lines are a line, or what became of it: a part has its id before or behind a stroke."""
    return (line_ids == line) | line_ids.str.startswith(f"{line}/") | line_ids.str.endswith(f"/{line}")


def faults_of_lines_named(overrides: Sequence[Override], lines_of: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Find lines that a recipe names a basis for and that no source, or more than one, holds.

    Parameters
    ----------
    overrides : sequence of Override
    lines_of : mapping of str to collection of str
        The ids of the lines that each source holds.

    Returns
    -------
    iterator of str
        One sentence for each fault, with a hint.
    """
    known = [*services().index, *dict.fromkeys(line for held in lines_of.values() for line in held)]
    for override in overrides:
        if not override.line:
            continue
        holders = [name for name, held in lines_of.items() if override.line in held]
        name = printable(repr(override.line))
        if not holders:
            hint = did_you_mean(override.line, known, otherwise="a line is named by its line_id")
            yield f"there is no service and no line {name}. Hint: {hint}"
        elif len(holders) > 1:
            yield f"several sources hold a line {name}: {list_values(holders)}. Hint: give it another id in one of them"


def check_covered(lines: pd.DataFrame, bases: Bases) -> None:
    """Refuse to share lines by a measure that counts a part of their footprint only.

    Parameters
    ----------
    lines : pandas.DataFrame
        With the ``basis`` that was chosen for them, or that they bring.
    bases : Bases

    Raises
    ------
    RecipeError
        With every such basis and footprint.
    """
    pairs = lines.loc[lines["basis"] != "", ["basis", "footprint_code"]].drop_duplicates()
    faults = []
    for name, code in pairs.itertuples(index=False):
        footprint = footprint_extent(code)
        lacking = 0 if footprint is None else bases.basis(name).uncovered(footprint)
        if footprint is not None and lacking:
            faults.append(f"  {name} has no count for {lacking:,} of {len(footprint):,} small areas of {name_of(code)}")
    if faults:
        message = "A measure is to share money over places that it does not count:\n" + "\n".join(faults)
        raise RecipeError(
            message, hint="share those by another basis, or add the areas: what is not counted is not zero"
        )
