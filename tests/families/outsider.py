"""Somebody who has a folder of results, a map of England and the census, and nothing else: he works small counts out.

He reads every file in the folder and makes of each figure a statement about a sum of counts: a number of families
stands for all counts that round to it; a density times households, or a total over a cost per family, is such a number;
a band of a map is a range of densities. Then he asks scipy's integer program what each hidden number can be.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from placespend.geography import count_of, level_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from placespend.place import Place

THRESHOLD, ROUNDING = 10, 5
CLOSE = 1e-6
SUPPRESSED = "[c]"


@dataclass
class Outsider:
    """What he knows, in units of the small areas that were counted."""

    units: NDArray[np.int64]
    known: list[tuple[NDArray[np.float64], float, float]] = field(default_factory=list)
    hidden: dict[bytes, tuple[str, NDArray[np.float64]]] = field(default_factory=dict)
    told: int = 0

    def __post_init__(self) -> None:
        self.most = count_of("households")[self.units]
        self.position = {code: at for at, code in enumerate(level_index("lsoa")[0][self.units])}

    def holds(self, place: Place) -> NDArray[np.float64]:
        """Find what a place holds of each unit: public geography."""
        found = np.zeros(len(self.units))
        table = place.coverage()
        for code, share in zip(table["lsoa_code"], table["share"], strict=True):
            found[self.position[code]] = share
        return found

    def learn(self, place: Place, number: float) -> None:
        """Take a number of families that was shown, or worked out of what was."""
        shown = round(number / ROUNDING) * ROUNDING
        assert abs(number - shown) < ROUNDING / 4, (place.name, number)
        weights = self.holds(place)
        low, high = shown - ROUNDING / 2, shown + ROUNDING / 2
        if np.isin(weights, [0.0, 1.0]).all():
            low, high = np.ceil(low), np.ceil(high) - 1
        else:
            high -= CLOSE
        self.told += 1
        self.known.append((weights, max(low, THRESHOLD), high))

    def learn_range(self, place: Place, low: float, high: float) -> None:
        """Take that a shown number lies within a range."""
        self.told += 1
        self.known.append((self.holds(place), low - ROUNDING / 2, high + ROUNDING / 2))

    def miss(self, place: Place) -> None:
        """Note a number that is hidden."""
        weights = self.holds(place)
        self.hidden[weights.tobytes()] = (f"{place.name} ({place.code})", weights)

    def read(self, folder: Path, outlines: Mapping[str, Mapping[str, Place]]) -> None:
        """Read every file of a folder.

        Parameters
        ----------
        folder : pathlib.Path
        outlines : mapping
            By the name of a file, the places that its codes mean.
        """
        for path in sorted(folder.iterdir()):
            text = path.read_text(encoding="utf-8")
            places = outlines.get(path.stem, {})
            if path.suffix == ".csv":
                self._rows(csv.DictReader(io.StringIO(text)), places)
            elif path.name == "families_shown.json":
                self._record(json.loads(text))
            elif path.suffix == ".json":
                self._rows(
                    [{**row, **row.get("told", {})} for row in json.loads(text)["places"]],
                    places,
                )
            elif path.suffix == ".geojson":
                self._map(json.loads(text), places)
            elif path.suffix == ".txt":
                self._page(text, places)
            else:
                assert path.suffix == ".svg"
                assert not re.search(r"families: \d", text)

    def _rows(self, rows: Iterable[Mapping[str, Any]], places: Mapping[str, Place]) -> None:
        for row in rows:
            if row["status"] == "missing":
                assert {"[x]"} == {row[column] for column in ("families", "per_km2") if column in row} or "layer" in row
                continue
            place = places[row["code"]]
            if row["status"] == "suppressed":
                hidden = [name for name in ("families", "per_1000_households", "per_km2") if name in row]
                assert all(row[name] == SUPPRESSED for name in hidden), row
                if "layer" in row:
                    # The modelled total does not hang on how many families there are; the other does.
                    assert SUPPRESSED in {row["cost_per_family_gbp"], row["total_gbp"]}
                    assert row["layer"] == "modelled" or row["total_gbp"] == SUPPRESSED
                    assert row["layer"] == "national_mean" or row["cost_per_family_gbp"] == SUPPRESSED
                self.miss(place)
                continue
            if "families" in row:
                self.learn(place, float(row["families"]))
                assert float(row["low"]) <= float(row["families"]) <= float(row["high"]) + 1
            if "per_1000_households" in row:
                households = place.extent.count(count_of("households"))
                self.learn(place, float(row["per_1000_households"]) * households / 1_000)
            if "layer" in row:
                self.learn(place, float(row["total_gbp"]) / float(row["cost_per_family_gbp"]))

    def _record(self, document: Mapping[str, Any]) -> None:
        assert document["rule"] == {"threshold": THRESHOLD, "rounding": ROUNDING, "reason": ""}
        for row in document["shown"]:
            weights = np.zeros(len(self.units))
            for code, part in row["units"].items():
                above, _, below = part.partition("/")
                weights[self.position[code]] = int(above) / int(below or 1)
            if row["state"] == "suppressed":
                assert row["shown"] is None
                continue
            whole = np.isin(weights, [0.0, 1.0]).all()
            fits = [row["shown"] - 2, row["shown"] + 2] if whole else [row["shown"] - 2.5, row["shown"] + 2.5 - CLOSE]
            self.known.append((weights, max(THRESHOLD, fits[0]), fits[1]))

    def _map(self, document: Mapping[str, Any], places: Mapping[str, Place]) -> None:
        for feature in document["features"]:
            about = feature["properties"]
            if about["mark"] == "missing":
                assert about["band"] == "no data"
                continue
            if about["mark"] == "suppressed":
                assert (about["value"], about["class"], about["band"]) == (None, None, "suppressed")
                assert not re.search(r"\d", about["text"].removeprefix(about["name"]))
                self.miss(places[about["code"]])
                continue
            assert about["value"] is None  # only bands
            ends = [float(number.replace(",", "")) for number in re.findall(r"[\d,.]*\d", about["band"])]
            households = places[about["code"]].extent.count(count_of("households"))
            # What is written of a band's ends is rounded itself, by less than one.
            self.learn_range(
                places[about["code"]], (min(ends) - 1) * households / 1_000, (max(ends) + 1) * households / 1_000
            )

    def _page(self, text: str, places: Mapping[str, Place]) -> None:
        (place,) = places.values()
        found = re.search(r"^Families +(\[c\]|[\d,]+) ", text, re.MULTILINE)
        assert found
        if found[1] == SUPPRESSED:
            self.miss(place)
        else:
            self.learn(place, float(found[1].replace(",", "")))

    def solve(
        self,
        weights: NDArray[np.float64],
        sign: int,
        sums: list[LinearConstraint],
        low: float = -np.inf,
        high: float = np.inf,
    ) -> NDArray[np.float64] | None:
        """Find counts under which a sum is least (1) or most (-1) within a range; None if none are possible."""
        sums = [*sums]
        if np.isfinite([low, high]).any():
            sums.append(LinearConstraint(weights[None, :], low, high))
        result = milp(
            sign * weights, integrality=np.ones(len(self.most)), bounds=Bounds(0, self.most), constraints=sums
        )
        assert result.status in {0, 2}, result.message
        return None if result.x is None else np.round(result.x)

    def _sums(self) -> list[LinearConstraint]:
        if not self.known:
            return []
        # What several files tell of one sum is put together.
        ends: dict[bytes, tuple[NDArray[np.float64], float, float]] = {}
        for weights, low, high in self.known:
            _, least, most = ends.get(weights.tobytes(), (weights, -np.inf, np.inf))
            ends[weights.tobytes()] = (weights, max(least, low), min(most, high))
        rows = csr_array(np.array([weights for weights, _, _ in ends.values()]))
        lowest, highest = [low for _, low, _ in ends.values()], [high for _, _, high in ends.values()]
        return [LinearConstraint(rows, lowest, highest)]

    def broken(self, counts: NDArray[np.int64]) -> list[str]:
        """List the hidden numbers of which more is learnt than may be.

        Parameters
        ----------
        counts : numpy.ndarray of int64
            The truth, by unit: only to tell what is small, and that nothing was misread.
        """
        for weights, low, high in self.known:
            assert low - CLOSE <= weights @ counts <= high + CLOSE
        found: list[str] = []
        sums = self._sums()
        seen: list[NDArray[np.float64]] = [counts.astype(float)]
        for name, weights in self.hidden.values():
            whole = np.isin(weights, [0.0, 1.0]).all()
            total, most = float(weights @ counts), float(weights @ self.most)
            if total > THRESHOLD - CLOSE:
                ends = [self.solve(weights, sign, sums) for sign in (1, -1)]
                assert ends[0] is not None
                assert ends[1] is not None
                seen += [end for end in ends if end is not None]
                least, greatest = float(weights @ ends[0]), float(weights @ ends[1])
                if greatest - least < min(THRESHOLD, float(most)) - CLOSE:
                    found.append(f"{name} is within {least:g} and {greatest:g}")
                continue
            for number in range(min(THRESHOLD - 1, int(most)) + 1):
                # Of a place that cuts units, something that rounds to it.
                near = CLOSE if whole else 0.5
                if any(abs(weights @ other - number) <= near for other in seen):
                    continue
                answer = self.solve(weights, 1, sums, number - near, number + near)
                if answer is None:
                    found.append(f"{name} cannot be {number}")
                else:
                    seen.append(answer)
        return found
