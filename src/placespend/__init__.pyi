from .apportion import Ledger, Shares, apportion, build_cells, build_shares
from .bases import basis, basis_of_service, ladders, services
from .errors import (
    AmbiguousPlaceError,
    ConservationError,
    DataFileError,
    LinesError,
    OutsideEnglandError,
    PlaceNotFoundError,
    PlacespendError,
    UnknownNameError,
    YearError,
)
from .gazetteer import find_place, list_places
from .geography import Place, outlines, small_areas
from .lines import check_lines, read_lines, shipped_lines
from .measures import measure, measures
from .pot import Pot, Pots, pots, single_pot
from .schema import data_dictionary

__version__: str
__all__ = [
    "AmbiguousPlaceError",
    "ConservationError",
    "DataFileError",
    "Ledger",
    "LinesError",
    "OutsideEnglandError",
    "Place",
    "PlaceNotFoundError",
    "PlacespendError",
    "Pot",
    "Pots",
    "Shares",
    "UnknownNameError",
    "YearError",
    "apportion",
    "basis",
    "basis_of_service",
    "build_cells",
    "build_shares",
    "check_lines",
    "data_dictionary",
    "find_place",
    "ladders",
    "list_places",
    "measure",
    "measures",
    "outlines",
    "pots",
    "read_lines",
    "services",
    "shipped_lines",
    "single_pot",
    "small_areas",
]
