"""Reading a user's own boundaries, with everything that was found in them told at once.

A shape is either usable, and then valid and on the British National Grid, or refused with its reason. The reader
raises only where the file as a whole cannot be read; what becomes of refused shapes is the caller's to decide.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from placespend.errors import UnknownNameError
from placespend.shapes.checks import NO_AREA, POINT, check_shape, decode_shape
from placespend.shapes.crs import BRITISH_NATIONAL_GRID, looks_like, system_of
from placespend.shapes.files import read_file
from placespend.shapes.neighbours import check_neighbours
from placespend.shapes.words import Remark
from placespend.spelling import did_you_mean, one_line, printable

if TYPE_CHECKING:
    from os import PathLike

    import geopandas as gpd

    from placespend.shapes.crs import System
    from placespend.shapes.files import RawShapes

FINDING_COLUMNS = ["place", "name", "finding", "detail", "done"]

CODE_FIELDS = ("code", r"gss_?code", r"\w*cd", r"\w+_?code", "id", r"\w+_id", "fid")
"""Fields that a code is looked for in, best first; WD24CD and LAD24CD are the Office for National Statistics' way."""

NAME_FIELDS = ("name", r"\w*nm", r"\w+_?name", "label", "title")

LEFT_OUT: Final = "left out"

POSTCODES = "postcode"
"""A field that ends in "code" and is none."""


@dataclass(frozen=True, eq=False)
class Shapes:
    """A user's boundaries, and what was found in them.

    Attributes
    ----------
    table : geopandas.GeoDataFrame
        One row per usable place, in the order of the file: ``code``, ``name`` (str) and ``geometry``, a valid
        Polygon or MultiPolygon in EPSG:27700.
    findings : pandas.DataFrame
        ``place`` (its code; "feature 3" where it has none and is refused; "file" for what is of the whole file),
        ``name``, ``finding`` (a fixed phrase), ``detail``, and ``done``: "kept", "mended", "left out" (a pin beside
        areas) or "refused". In the
        order of the file.
    sha256 : str
        Of the file as read; of a bare shapefile, of its parts .shp, .shx, .dbf, .prj and .cpg one after another.
    crs : str
        The coordinate system that was read, in words, and how it is known.
    """

    table: gpd.GeoDataFrame
    findings: pd.DataFrame
    sha256: str
    crs: str

    def __repr__(self) -> str:
        refused = self.findings.loc[self.findings["done"] == "refused", "place"].nunique()
        return f"<Shapes of {len(self.table):,} place{'s' * (len(self.table) != 1)}, {refused:,} refused; {self.crs}>"


@dataclass
class _Feature:
    """One feature on its way: what it is called, what is left of it, what was found."""

    number: int
    code: str
    name: str
    remarks: list[Remark]
    shape: Any = None

    @property
    def refused(self) -> bool:
        return any(remark.done in {"refused", LEFT_OUT} for remark in self.remarks)


def read_shapes(
    path: str | PathLike[str], *, code: str | None = None, name: str | None = None, layer: str | None = None
) -> Shapes:
    """Read boundaries from a file of any usual format, in any coordinate system.

    Parameters
    ----------
    path : str or os.PathLike
        GeoJSON, GeoPackage, Shapefile (.shp, or a .zip of it), KML, KMZ, GeoParquet or FlatGeobuf, on this
        computer. Links to the network are never followed.
    code, name : str, optional
        The fields that hold them; guessed from the fields' names where left out. Without codes the places are
        "own-1", "own-2" and so on; without names they are called by their codes.
    layer : str, optional
        Which, where the file has several.

    Returns
    -------
    Shapes

    Raises
    ------
    DataFileError
        If the file cannot be read, holds no shapes, or does not let its coordinate system be known.
    UnknownNameError
        If there is no such field or layer, or there are several layers and none was named.

    Notes
    -----
    WGS84 and ETRS89 come to the British National Grid by one fixed transformation (EPSG:1314), the same on every
    machine and good to a few metres; see :mod:`placespend.shapes.crs`.
    """
    raw = read_file(path, layer=layer)
    shown = printable(str(path))
    features, told = _identify(raw, shown, code, name)
    decoded = [decode_shape(geometry) for geometry in raw.geometries]
    drawn = [shape for shape, _ in decoded]
    system = system_of(raw.crs, _centre(drawn), by_rule=raw.by_rule, file=shown)
    for feature, (shape, remark) in zip(features, decoded, strict=True):
        feature.shape, remarks = (None, [remark]) if shape is None else check_shape(shape, system.to_grid)
        feature.remarks += [found for found in remarks if found is not None]
    _leave_pins_out(features)
    table = _table([feature for feature in features if not feature.refused])
    kept = [feature for feature in features if not feature.refused]
    for position, found in check_neighbours(table):
        kept[position].remarks.append(found)
    about = [*_of_the_file(raw, drawn, system), *told]
    return Shapes(table, _findings(about, features), raw.sha256, system.words)


def _leave_pins_out(features: list[_Feature]) -> None:
    """Leave points out of a file that has areas too, and tell of them: a drawing tool's pins are meant as no place."""
    if any(not feature.refused for feature in features):
        for feature in features:
            pins = [remark.finding == NO_AREA and remark.detail.startswith(POINT) for remark in feature.remarks]
            if any(pins) and sum(remark.done == "refused" for remark in feature.remarks) == 1:
                feature.remarks = [
                    remark._replace(done=LEFT_OUT) if pin else remark
                    for remark, pin in zip(feature.remarks, pins, strict=True)
                ]


def _table(features: list[_Feature]) -> gpd.GeoDataFrame:
    import geopandas as gpd  # noqa: PLC0415  (a pot needs no maps)

    words = {
        "code": pd.Series([feature.code for feature in features], dtype="str"),
        "name": pd.Series([feature.name for feature in features], dtype="str"),
    }
    shapes = gpd.GeoSeries([feature.shape for feature in features], crs=BRITISH_NATIONAL_GRID)
    return gpd.GeoDataFrame(words, geometry=shapes, crs=BRITISH_NATIONAL_GRID)


def _findings(about: list[Remark], features: list[_Feature]) -> pd.DataFrame:
    rows = [("file", "", *remark) for remark in about]
    for feature in features:
        # A code that was made up helps only to find the place among those that are used.
        unknown = not feature.code or (feature.refused and feature.code == _own(feature.number))
        place = f"feature {feature.number:,}" if unknown else feature.code
        name = "" if feature.name == feature.code else feature.name
        rows += [(place, name, *remark) for remark in feature.remarks]
    return pd.DataFrame(rows, columns=FINDING_COLUMNS).astype("str")


def _centre(shapes: list[Any]) -> tuple[float, float] | None:
    """Find a point amid the shapes that a few strays do not move: the kind of coordinates that most have decides."""
    bounds = np.array([shape.bounds for shape in shapes if shape is not None]).reshape(-1, 4)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return None
    middles = bounds[:, :2] / 2 + bounds[:, 2:] / 2
    kinds = [looks_like(x, y) for x, y in middles]
    known = Counter(kind for kind in kinds if kind != "unknown").most_common(1)
    chosen = middles if not known else middles[[kind == known[0][0] for kind in kinds]]
    x, y = np.median(chosen, axis=0)
    return float(x), float(y)


def _of_the_file(raw: RawShapes, shapes: list[Any], system: System) -> list[Remark]:
    """Tell what concerns the file as a whole."""
    remarks = []
    if system.contradiction:
        remarks.append(Remark("coordinate system", system.contradiction, "kept"))
    elif "recognised" in system.words:
        remarks.append(Remark("coordinate system", f"the file does not say: {system.words}", "kept"))
    if raw.skipped:
        detail = f"{raw.skipped:,} of the entries in its list of features are none, and the others are counted without"
        remarks.append(Remark("features broken", detail, "refused"))
    if raw.has_links:
        remarks.append(Remark("network links", "shapes behind links are not read: save them into the file", "kept"))
    if any(shape is not None and shape.has_z for shape in shapes):
        remarks.append(Remark("heights", "the shapes have heights, which are not needed and left out", "kept"))
    return remarks


# --- codes and names


def _identify(raw: RawShapes, file: str, code: str | None, name: str | None) -> tuple[list[_Feature], list[Remark]]:
    """Give each feature its code and name, as the file says or by guess."""
    columns = {str(field): [_text(value) for value in raw.fields[field]] for field in raw.fields}
    code_field = _field(code, columns, file) if code is not None else _guess_code(columns)
    name_field = _field(name, columns, file) if name is not None else _guess_name(columns, code_field)
    blank = [""] * len(raw.geometries)
    codes = columns[code_field] if code_field is not None else blank
    names = columns[name_field] if name_field is not None else blank
    features = [
        _Feature(number, one_line(found), one_line(called), [])
        for number, (found, called) in enumerate(zip(codes, names, strict=True), start=1)
    ]
    for feature, found, called in zip(features, codes, names, strict=True):
        feature.remarks += _of_words(feature, found, called)
    _check_codes(features, has_codes=code_field is not None)
    for feature in features:
        feature.name = feature.name or feature.code
    guessed = (code is None and code_field) or (name is None and name_field) or code_field is None
    sources = (
        f"codes: {_source(code_field, 'made up, own-1, own-2 and so on')}; names: {_source(name_field, 'the same')}"
    )
    return features, [Remark("fields", sources, "kept")] if guessed else []


def _source(field: str | None, otherwise: str) -> str:
    return f"the field {printable(field)!r}" if field is not None else otherwise


def _own(number: int) -> str:
    return f"own-{number}"


def _text(value: object) -> str:
    """Write a field's value as a person would: 12.0, as a column with blanks holds it, is 12."""
    if pd.api.types.is_scalar(value) and pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, float | np.floating) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _of_words(feature: _Feature, found: str, called: str) -> list[Remark]:
    """Tell of words that were made into one printable line."""
    changed = [what for what, was, now in (("code", found, feature.code), ("name", called, feature.name)) if was != now]
    detail = f"the {' and the '.join(changed)} held line breaks, repeated spaces or signs that do not print"
    return [Remark("words cleaned", detail, "mended")] if changed else []


def _check_codes(features: list[_Feature], *, has_codes: bool) -> None:
    """Refuse codes that stand twice, and give one to a feature without."""
    times = Counter(feature.code for feature in features)
    for feature in features:
        if feature.code and times[feature.code] > 1:
            numbers = [other.number for other in features if other.code == feature.code]
            rows = ", ".join(f"{number:,}" for number in numbers[:-1]) + f" and {numbers[-1]:,}"
            detail = f"features {rows} have the same code {feature.code!r}: give each its own"
            feature.remarks.append(Remark("code repeated", detail, "refused"))
    for feature in features:
        if not feature.code:
            feature.code = _own(feature.number)
            if times[feature.code]:
                detail = f"it has no code, and {feature.code!r} is another's"
                feature.remarks.append(Remark("no code", detail, "refused"))
            elif has_codes:
                feature.remarks.append(Remark("no code", f"called {feature.code!r}", "kept"))


def _field(wanted: str, columns: dict[str, list[str]], file: str) -> str:
    """Find the field that was asked for, whatever its capitals."""
    same = [field for field in columns if field.casefold() == wanted.casefold()]
    if wanted in columns or len(same) == 1:
        return wanted if wanted in columns else same[0]
    listed = f"its fields are {', '.join(map(printable, columns))}" if columns else "it has no fields at all"
    message = f"{file} has no field {printable(wanted)!r}; {listed}."
    raise UnknownNameError(message, hint=did_you_mean(wanted, columns) or None)


def _candidates(patterns: tuple[str, ...], columns: dict[str, list[str]]) -> list[str]:
    """List the fields whose names fit and that hold something, best first."""
    return [
        field
        for pattern in patterns
        for field in columns
        if re.fullmatch(pattern, field, re.IGNORECASE) and POSTCODES not in field.casefold() and any(columns[field])
    ]


def _guess_code(columns: dict[str, list[str]]) -> str | None:
    """Take the first likely field that tells all features apart; else the first likely one, whose faults are told."""
    likely = _candidates(CODE_FIELDS, columns)
    apart = [field for field in likely if all(columns[field]) and len(set(columns[field])) == len(columns[field])]
    return next(iter([*apart, *likely]), None)


def _guess_name(columns: dict[str, list[str]], code_field: str | None) -> str | None:
    """Take the field that goes with the code's, as WD24NM with WD24CD, or the first likely one."""
    likely = _candidates(NAME_FIELDS, columns)
    partner = re.sub(r"(?i)cd$", "nm", code_field or "").casefold()
    return next(iter([*(field for field in likely if field.casefold() == partner), *likely]), None)
