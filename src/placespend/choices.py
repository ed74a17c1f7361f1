"""What lines are shared by where a recipe wants it otherwise than the ladders, and why.

A recipe may leave measures out, so that the next rung of a ladder is taken, and may name a basis for a service or for
one line, with its reason. A line is shared by what the recipe says of that line; else by the basis that it brings with
it; else by what the recipe says of its service; else by the best rung of the service's ladder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placespend.cofog import services
from placespend.errors import RecipeError, UnknownNameError, list_values
from placespend.footprints import footprint_extent, name_of
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import pandas as pd

    from placespend.bases import Bases


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
            yield from _unknown("basis", [override.basis], list(bases.names))
        parts = bases.basis(override.basis).parts if override.basis in bases.names else ()
        yield from (
            f"{subject} is to be shared by {override.basis!r}, which takes the measure {part.name!r}, "
            "and the recipe leaves that out. Hint: name another basis, or keep the measure"
            for part, _ in parts
            if part.name in left_out
        )


def _unknown(kind: str, names: Sequence[str], known: list[str]) -> Iterator[str]:
    see = "placespend lines services" if kind == "service" else "placespend bases"
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known, otherwise=f"see: {see}")
            yield f"there is no {kind} {printable(name)!r}. Hint: {hint}"


def check_choices(overrides: Sequence[Override], left_out: Sequence[str], bases: Bases) -> None:
    """Refuse a recipe that names bases which are not loaded, all of them at once.

    Parameters
    ----------
    overrides : sequence of Override
    left_out : sequence of str
        Measures.
    bases : Bases

    Raises
    ------
    RecipeError
        With every fault.
    """
    faults = list(dict.fromkeys(faults_of_choices(overrides, left_out, bases)))
    if faults:
        message = "The recipe cannot be used:\n" + "\n".join(f"  {fault}" for fault in faults)
        raise RecipeError(message, hint="what money can be shared by: placespend bases")


def choose_otherwise(
    lines: pd.DataFrame, overrides: Sequence[Override], left_out: Sequence[str], bases: Bases
) -> tuple[pd.DataFrame, tuple[Choice, ...]]:
    """Give lines the basis that a recipe wants for them.

    Parameters
    ----------
    lines : pandas.DataFrame
        With a blank ``basis`` where they bring none.
    overrides : sequence of Override
    left_out : sequence of str
        Measures.
    bases : Bases

    Returns
    -------
    lines : pandas.DataFrame
    choices : tuple of Choice
        What is shared otherwise.
    """
    choices = _of_services(overrides, left_out, bases)
    wanted = lines["service_code"].map({choice.what: choice.basis for choice in choices})
    basis = lines["basis"].where((lines["basis"] != "") | wanted.isna(), wanted)
    for override in overrides:
        if override.line:
            # What was recorded may have divided a line; its parts keep its id before a stroke.
            part_of = lines["line_id"].str.startswith(f"{override.line}/") & (lines["treatment"] != "")
            is_line = (lines["line_id"] == override.line) | part_of
            basis = basis.where(~is_line, override.basis)
            found = tuple(sorted(lines.loc[is_line, "service_code"].unique()))
            choices.append(Choice(f"line {override.line}", found, override.basis, _because(override)))
    return (lines.assign(basis=basis.astype("str")) if choices else lines), tuple(choices)


def _of_services(overrides: Sequence[Override], left_out: Sequence[str], bases: Bases) -> list[Choice]:
    """Say what services are shared by: what the recipe names for them comes before what is left out."""
    named = {override.service: override for override in overrides if override.service}
    found: dict[str, Choice] = {}
    if left_out:
        own = bases.of_service["basis"]
        other = bases.without(left_out, chosen_otherwise=list(named)).dropna()
        for code in other.index[other != own[other.index]]:
            reason = f"shared by {other[code]}, for the recipe leaves out {', '.join(left_out)}"
            found[code] = Choice(code, (code,), other[code], reason)
    for code, override in named.items():
        found[code] = Choice(code, (code,), override.basis, _because(override))
    return list(found.values())


def _because(override: Override) -> str:
    return f"shared by {override.basis}: {override.reason}"


def check_lines_named(overrides: Sequence[Override], line_ids: Collection[str]) -> None:
    """Refuse a recipe that names a basis for a line that no source holds.

    Parameters
    ----------
    overrides : sequence of Override
    line_ids : collection of str
        Of all the lines that its sources hold.

    Raises
    ------
    RecipeError
        With all such lines.
    """
    known = set(line_ids)
    unknown = [override.line for override in overrides if override.line and override.line not in known]
    if unknown:
        message = f"The recipe names a basis for {list_values(unknown)}, a line that no source holds."
        raise RecipeError(message, hint=did_you_mean(unknown[0], sorted(known)) or "a line is named by its line_id")


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
