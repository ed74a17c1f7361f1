"""How far each figure can be trusted, METHOD 3.1.

A and B are for a place that contains a line's whole footprint, so that nothing was apportioned. C and D are for
the rest, by the measure that shared it, one lower where the measure was observed only at a coarser level than
the place. E is for estimates, whatever they were shared by. Grades are of an amount at a place: England's pot
from regional lines is B, Manchester's is C and D.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placespend.footprints import footprint_extent
from placespend.geography import count_of
from placespend.lines import about_source

if TYPE_CHECKING:
    import pandas as pd

    from placespend.bases import Bases
    from placespend.place import Place

BODY_RECORD = "body's own record"


def _own_record(cells: pd.DataFrame) -> pd.Series:
    """Tell which cells are the body's own record.

    Only outturn can be. A source declared in ``spend_lines/sources.csv`` says itself whether it is; of any other
    source it is taken to be.
    """
    records = {found: about["record"] for found in cells["source_id"].unique() if (about := about_source(found))}
    declared = cells["source_id"].map(records)
    return (cells["amount_kind"] == "outturn") & (declared.isna() | (declared == BODY_RECORD))


def touches(footprint_codes: pd.Series, place: Place, *, wholly: bool = False) -> pd.Series:
    """Tell which footprints reach into a place, or lie wholly in it.

    Parameters
    ----------
    footprint_codes : pandas.Series of str
    place : Place
    wholly : bool, default False

    Returns
    -------
    pandas.Series of bool
        False for codes of no place.
    """
    whole, touched = (np.zeros(len(count_of("residents")), dtype=bool) for _ in range(2))
    whole[place.extent.whole], touched[place.extent.touched] = True, True

    def test(code: str) -> bool:
        footprint = footprint_extent(code)
        if footprint is None:
            return False
        if not len(footprint.parts):
            # Codes of whole small areas, which nearly all are, need no more than a look.
            return bool(whole[footprint.whole].all() if wholly else touched[footprint.whole].any())
        return place.extent.holds(footprint) if wholly else place.extent.meets(footprint)

    found = {code: test(code) for code in footprint_codes.unique()}
    return footprint_codes.map(found).astype("bool")


def grade_cells(cells: pd.DataFrame, place: Place, bases: Bases) -> pd.Series:
    """Grade each cell's amount at a place.

    Parameters
    ----------
    cells : pandas.DataFrame
        As :func:`placespend.apportion.build_cells` gives them.
    place : Place
    bases : Bases
        Those that the cells were built with.

    Returns
    -------
    pandas.Series of str
        Letters of :data:`placespend.schema.GRADES`, on the index that came in.
    """
    apportioned = {name: bases.basis(name).grade_within(place) for name in cells["basis"].unique()}
    # An amount that was scaled to fit is no longer what the body recorded, nor is a part of it by residents.
    recorded = np.where(_own_record(cells) & (cells["treatment"] != "scaled"), "A", "B")
    recorded = np.where(cells["treatment"] == "part", "D", recorded)
    grades = cells["basis"].map(apportioned).where(~touches(cells["footprint_code"], place, wholly=True), recorded)
    guessed = (cells["amount_kind"] == "estimate") | (cells["status"] == "refused")
    return grades.where(~guessed, "E").astype("str")
