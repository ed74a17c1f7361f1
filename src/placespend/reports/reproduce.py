"""How anyone can make a report again, and see that they got the same.

The recipe is told whole, as a file that can be copied, with the digests of all that was read. A recipe whose lines were
given as a table in Python has no file; then that is said.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from placespend.levels import OWN
from placespend.recipe import shipped_recipe
from placespend.reports.document import Bullets, Code, Paragraph, Section
from placespend.reports.sources_used import inputs_of
from placespend.shipped import digest_of_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from placespend.place import Place
    from placespend.recipe import Recipe
    from placespend.reports.document import Block
    from placespend.reports.gathered import Gathered

OF_THE_REPORT = {"--out": 1, "--pdf": 0}
"""Options that only a report has, and how many words follow each."""

OF_A_PLACE = {
    **dict.fromkeys(("--boundary", "--name-field", "--code-field", "--layer", "--coverage", "--around", "--radius"), 1),
    "--leave-out-unusable": 0,
}
"""Options that say where a place of one's own is, and how many words follow each."""

OWN_COUNTS = (
    "Numbers of families are those that ship with placespend. Counts of your own are not taken into a report: "
    "placespend families PLACE --counts FILE shows them with small ones kept out."
)

FROM_PYTHON = (
    "Lines of this report were given as a table in Python, and no file of them is known here: keep that table."
)


def reproduce_section(gathered: Gathered) -> Section:
    """Tell how a report is made again and checked.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    Section
    """
    return reproduce_of([gathered])


def reproduce_of(several: Sequence[Gathered]) -> Section:
    """Tell how a report on several places is made again and checked.

    Parameters
    ----------
    several : sequence of Gathered
        One at least; of one recipe.

    Returns
    -------
    Section
    """
    loaded = several[0].loaded
    commands = tuple(dict.fromkeys(one.command for one in several if one.command))
    checks = tuple(dict.fromkeys(check for one in several for check in checks_of(one.place, one.command)))
    blocks: list[Block] = [
        Paragraph("The same command on the same files gives the same figures, to the penny."),
        Code("\n".join(commands), "The command that makes this report again"),
        Bullets(
            (
                f"Made with: placespend {loaded.made_with['placespend']}",
                f"Recipe: {loaded.recipe.title}",
                f"Digest of the recipe: {loaded.recipe.sha256}",
                f"Digest of all that was read for the pot: {digest_of_all(loaded.inputs)}",
            )
        ),
        Paragraph(_about_recipe(loaded.recipe)),
        Code(recipe_toml(loaded.recipe), "The recipe"),
        *([Paragraph(FROM_PYTHON)] if any(source.table is not None for source in loaded.recipe.sources) else []),
        Paragraph("SHA-256 digests of the files, as the program sha256sum checks them:"),
        Code("\n".join(f"{digest}  {name}" for name, digest in inputs_of(loaded)), "Digests of the files"),
        Paragraph(
            "To check the figures, compare them with what these commands print: the pot with its grades and where "
            "every penny of the lines is, and the families."
        ),
        Code("\n".join(checks), "Commands that print the same figures"),
        Paragraph(OWN_COUNTS),
    ]
    return Section("reproduce", "How to make this report again", tuple(blocks))


def _about_recipe(recipe: Recipe) -> str:
    said = "The recipe says all that makes the figures: sources, scope, year, and what is shared otherwise than usual."
    if recipe.sha256 == shipped_recipe().sha256:
        return f"{said} This one comes with placespend, and is used where no other is named."
    return f"{said} Saved as a file beside the files that it names, it goes in with --recipe FILE."


def checks_of(place: Place, command: str) -> tuple[str, ...]:
    """Name the commands that print the figures of a report on a place.

    Parameters
    ----------
    place : Place
    command : str
        The one that makes the report; its options go with the others too.

    Returns
    -------
    tuple of str
        One for the pot, and one for its families.

    Examples
    --------
    >>> from placespend.gazetteer import find_place
    >>> checks_of(find_place("Leeds"), "placespend report Leeds --year 2011-12 --pdf --out leeds.html")[0]
    'placespend pot E08000035 --year 2011-12 --format json'
    """
    named = [place.code] if place.level != OWN else _names_in(command)
    options = _options_in(command)
    where = _only(options, OF_A_PLACE) if place.level == OWN else []
    # After "--" nothing is an option, so a name such as "-2" comes last.
    first, last = ([], ["--", *named]) if any(name.startswith("-") for name in named) else (named, [])
    return (
        shlex.join(["placespend", "pot", *first, *options, "--format", "json", *last]),
        shlex.join(["placespend", "families", *first, *where, "--format", "json", *last]),
    )


def _names_in(command: str) -> list[str]:
    """List the places that a command names: before its options, or after "--"."""
    words = shlex.split(command)[2:]
    if "--" in words:
        return words[words.index("--") + 1 :]
    first = next((number for number, word in enumerate(words) if word.startswith("--")), len(words))
    return words[:first]


def _options_in(command: str) -> list[str]:
    """List the options of a command that others have too."""
    words, names = shlex.split(command)[2:], len(_names_in(command))
    words = words[: -names - 1] if "--" in words else words[names:]
    taken = _positions(words, OF_THE_REPORT)
    return [word for number, word in enumerate(words) if number not in taken]


def _only(words: Sequence[str], options: Mapping[str, int]) -> list[str]:
    """Take some options, with what follows each."""
    taken = _positions(words, options)
    return [word for number, word in enumerate(words) if number in taken]


def _positions(words: Sequence[str], options: Mapping[str, int]) -> set[int]:
    """Tell where options stand in a command, with the words that follow each."""
    starts = [number for number, word in enumerate(words) if word in options]
    return {at for start in starts for at in range(start, start + 1 + options[words[start]])}


def recipe_toml(recipe: Recipe) -> str:
    """Write a recipe as a file that says the same.

    Parameters
    ----------
    recipe : Recipe

    Returns
    -------
    str
        TOML. Files are named without their folder, as they are wherever a recipe is told.

    Examples
    --------
    >>> recipe_toml(shipped_recipe()).splitlines()[1]
    'financial_year = "2011-12"'
    """
    said = recipe.as_dict()
    parts = [_table("", {key: said[key] for key in ("title", "financial_year")})]
    for name in ("source", "relation", "basis", "measure"):
        parts += [_entry(name, entry) for entry in said.get(name, [])]  # type: ignore[attr-defined]
    parts += [_table(f"[{name}]", said[name]) for name in ("scope", "measures")]  # type: ignore[arg-type]
    return "\n\n".join(filter(None, parts))


def _entry(name: str, said: Mapping[str, Any]) -> str:
    """Write one of several entries, and its filters as tables of their own."""
    flat = {key: found for key, found in said.items() if not isinstance(found, dict)}
    filters = [_table(f"[{name}.{key}]", found) for key, found in said.items() if isinstance(found, dict)]
    return "\n".join([_table(f"[[{name}]]", flat), *filters])


def _table(heading: str, said: Mapping[str, Any]) -> str:
    """Write keys and values; what is empty is left out, as it says nothing."""
    lines = [
        f"{key} = {_value(found)}" for key, found in said.items() if found is not None and found not in ("", [], ())
    ]
    return "\n".join([*([heading] if heading else []), *lines]) if lines else ""


def _value(found: Any) -> str:
    """Write a text, a number, a yes or no, or a list of them: as JSON, which TOML reads the same."""
    return json.dumps(list(found) if isinstance(found, tuple) else found, ensure_ascii=False).replace("\x7f", "\\u007F")
