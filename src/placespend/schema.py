"""The canonical line table: its columns, what each means, in which unit, and what it may hold.

One declaration does three jobs: it checks a user's file, it is the data dictionary
(:func:`data_dictionary`), and it is the header of the template. Checks are pandera's; the words with which a
failure is told to the user stand beside each check here.
"""

from __future__ import annotations

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

    def column(
        meaning: str, unit: str = "text", *checks: pa.Check, required: bool = True, blank: bool = False
    ) -> pa.Column:
        filled = [] if blank else [pa.Check(lambda text: text != "", error=NOT_BLANK)]
        return pa.Column(
            str, checks=[*filled, *checks], required=required, description=meaning, title=unit, coerce=False
        )

    def one_of(allowed: Collection[str], *, blank: bool = False) -> pa.Check:
        words = [*allowed, ""] if blank else list(allowed)
        return pa.Check(lambda text: text.isin(words) | (text == ""), error=f"not one of {', '.join(allowed)}")

    def blank_or(test: Callable[[pd.Series], pd.Series], error: str) -> pa.Check:
        return pa.Check(lambda text: test(text) | (text == ""), error=error)

    return pa.DataFrameSchema(
        {
            "line_id": column("Names the line; unique within its source and year"),
            "source_id": column("Names the publication or ledger that the line comes from"),
            "body": column("The public body that spends"),
            "sector": column("; ".join(f"{k}: {v}" for k, v in SECTORS.items()), "code", one_of(SECTORS)),
            "service_code": column("COFOG number, with a suffix where one number has several services", "code"),
            "financial_year": column("April to March, as 2011-12", "year", blank_or(is_financial_year, NOT_A_YEAR)),
            "economic": column("Current or capital spending", "code", one_of(ECONOMICS)),
            "amount_gbp": column(
                "Amount; negative for income; blank only where awaited or included",
                "GBP",
                blank_or(
                    lambda text: text.str.fullmatch(POUNDS_PATTERN) | text.str.fullmatch(FRACTION_PATTERN), NOT_POUNDS
                ),
                blank_or(lambda text: ~text.str.fullmatch(FRACTION_PATTERN), PART_OF_A_PENNY),
                blank=True,
            ),
            "amount_kind": column(f"How firm the amount is: {', '.join(AMOUNT_KINDS)}", "code", one_of(AMOUNT_KINDS)),
            "status": column(
                "have; awaited: no figure yet; refused: the body would not give one, and the amount is an "
                "estimate of whoever made the file; included: the amount stands in another line",
                "code",
                one_of(STATUSES),
            ),
            "footprint_code": column(
                "Code of the place whose residents the line serves; several as A and B, or A less B", "code"
            ),
            "basis": column(
                "Measure or blend to share the line by, instead of the service's own",
                "name",
                required=False,
                blank=True,
            ),
            "recipient_body": column("The public body that the money is passed to, if any", required=False, blank=True),
            "payment_to_people": column(
                "true for benefits and pensions; blank: by service and sector",
                "true or false",
                one_of(TRUTHS, blank=True),
                required=False,
                blank=True,
            ),
            "description": column("Anything worth knowing", required=False, blank=True),
        },
        strict=True,
    )


def data_dictionary() -> pd.DataFrame:
    """List the columns of a lines file with their meaning.

    Returns
    -------
    pandas.DataFrame
        ``column``, ``unit``, ``required`` (bool), ``meaning``.
    """
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(
        [
            {"column": name, "unit": column.title, "required": column.required, "meaning": column.description}
            for name, column in line_schema().columns.items()
        ]
    )
