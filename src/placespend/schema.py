"""The canonical line table: its columns, what each means, in which unit, and what it may hold.

One declaration does three jobs: it checks a user's file, it is what the data dictionary
(:mod:`placespend.dictionary`) says of it, and it is the header of the template. Checks are pandera's; the words with
which a failure is told to the user stand beside each check here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from placespend.money import FRACTION_PATTERN, POUNDS_PATTERN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import pandas as pd
    import pandera.pandas as pa

SECTORS = {"CG": "central government", "LG": "local government", "PC": "public corporations"}
ECONOMICS = ("current", "capital")
AMOUNT_KINDS = ("outturn", "budget", "allocation", "estimate")
STATUSES = ("have", "awaited", "refused", "included")
WITHOUT_AMOUNT = ("awaited", "included")
"""Lines that have no amount: not yet, or because another line's amount holds it."""
TREATMENTS = {
    "": "as read",
    "split": "the body's own record, split over services as the official allocation is",
    "part": "the part of the body's own record that falls to one region by its residents, split over services",
    "scaled": "the body's own record, scaled so that all of them sum to the official allocation",
    "remainder": "what is left of an official allocation when recorded amounts are taken out of it",
}
"""What was done to a line's amount since it was read."""

TRUTHS = {"true": True, "false": False}
YEAR_PATTERN = r"^(?P<start>(?:19|20)[0-9]{2})-(?P<end>[0-9]{2})\Z"

GRADES = {
    "A": "recorded at this place by the body",
    "B": "official allocation to this place, or the body's budget for it",
    "C": "apportioned by a measure for the service",
    "D": "apportioned by plain residents or households, or by a measure seen only for a larger area",
    "E": "estimate or awaited, or by residents or households seen only for a larger area",
}
"""How far a figure can be trusted, METHOD 3.1; the letters stand beside every amount."""

NOT_BLANK = "must not be blank"
NOT_POUNDS = "not a plain amount in pounds below a trillion"
PART_OF_A_PENNY = "a fraction of a penny"
NOT_A_YEAR = "not a financial year"


def is_financial_year(text: pd.Series) -> pd.Series:
    """Tell which texts are financial years such as 2011-12, whose second part follows the first.

    Parameters
    ----------
    text : pandas.Series of str

    Returns
    -------
    pandas.Series of bool
    """
    parts = text.str.extract(YEAR_PATTERN)
    valid = parts["start"].notna()
    start = parts["start"].where(valid, "0").astype("int64")
    end = parts["end"].where(valid, "0").astype("int64")
    return valid & ((start + 1) % 100 == end)


@dataclass(frozen=True)
class LineColumn:
    """A column of the canonical line table.

    Attributes
    ----------
    name : str
    meaning : str
    unit : str
    type : str
        As a data package names it: ``"string"``, ``"number"`` or ``"boolean"``. A user's file holds text.
    required : bool
        Whether a file must have the column.
    blank : bool
        Whether a cell of it may be blank.
    """

    name: str
    meaning: str
    unit: str = "text"
    type: str = "string"
    required: bool = True
    blank: bool = False


LINE_COLUMNS = (
    LineColumn("line_id", "Names the line; unique within its source and year"),
    LineColumn("source_id", "Names the publication or ledger that the line comes from"),
    LineColumn("body", "The public body that spends"),
    LineColumn("sector", "; ".join(f"{token}: {words}" for token, words in SECTORS.items()), "code"),
    LineColumn("service_code", "COFOG number, with a suffix where one number has several services", "code"),
    LineColumn("financial_year", "April to March, as 2011-12", "year"),
    LineColumn("economic", "Current or capital spending", "code"),
    LineColumn(
        "amount_gbp", "Amount; negative for income; blank only where awaited or included", "GBP", "number", blank=True
    ),
    LineColumn("amount_kind", f"How firm the amount is: {', '.join(AMOUNT_KINDS)}", "code"),
    LineColumn(
        "status",
        "have; awaited: no figure yet; refused: the body would not give one, and the amount is an "
        "estimate of whoever made the file; included: the amount stands in another line",
        "code",
    ),
    LineColumn(
        "footprint_code", "Code of the place whose residents the line serves; several as A and B, or A less B", "code"
    ),
    LineColumn(
        "basis",
        "Measure or blend to share the line by, instead of the service's own",
        "name",
        required=False,
        blank=True,
    ),
    LineColumn("recipient_body", "The public body that the money is passed to, if any", required=False, blank=True),
    LineColumn(
        "payment_to_people",
        "true for benefits and pensions; blank: by service and sector",
        "true or false",
        "boolean",
        required=False,
        blank=True,
    ),
    LineColumn("description", "Anything worth knowing", required=False, blank=True),
)
"""The columns of a lines file, in their order."""


@cache
def line_schema() -> pa.DataFrameSchema:
    """Declare the canonical line table as a user writes it: every value is still text.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Columns in their order. ``title`` is the unit, ``description`` the meaning; the ``error`` of a check is what
        a user is told. Names that must be known elsewhere (services, bases, footprints) are checked by
        :mod:`placespend.checks`, which knows them.
    """
    import pandera.pandas as pa  # noqa: PLC0415  (costs 0.4 s, and the shipped lines need no check)

    def one_of(allowed: Collection[str], *, blank: bool = False) -> pa.Check:
        words = [*allowed, ""] if blank else list(allowed)
        return pa.Check(lambda text: text.isin(words) | (text == ""), error=f"not one of {', '.join(allowed)}")

    def blank_or(test: Callable[[pd.Series], pd.Series], error: str) -> pa.Check:
        return pa.Check(lambda text: test(text) | (text == ""), error=error)

    checks = {
        "sector": [one_of(SECTORS)],
        "financial_year": [blank_or(is_financial_year, NOT_A_YEAR)],
        "economic": [one_of(ECONOMICS)],
        "amount_gbp": [
            blank_or(
                lambda text: text.str.fullmatch(POUNDS_PATTERN) | text.str.fullmatch(FRACTION_PATTERN), NOT_POUNDS
            ),
            blank_or(lambda text: ~text.str.fullmatch(FRACTION_PATTERN), PART_OF_A_PENNY),
        ],
        "amount_kind": [one_of(AMOUNT_KINDS)],
        "status": [one_of(STATUSES)],
        "payment_to_people": [one_of(TRUTHS, blank=True)],
    }
    filled = pa.Check(lambda text: text != "", error=NOT_BLANK)
    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                str,
                checks=[*([] if column.blank else [filled]), *checks.get(column.name, [])],
                required=column.required,
                description=column.meaning,
                title=column.unit,
                coerce=False,
            )
            for column in LINE_COLUMNS
        },
        strict=True,
    )
