from .apportion import build_cells, build_ledger
from .bases import basis, basis_of_service, ladders, services
from .errors import (
    AmbiguousPlaceError,
    ConservationError,
    DataFileError,
    LinesError,
    OutsideEnglandError,
    OverlappingPlacesError,
    PlaceNotFoundError,
    PlacespendError,
    TooLargeError,
    UnknownNameError,
    WrongTypeError,
    YearError,
)
from .gazetteer import find_place, list_places
from .geography import Place, outlines, small_areas
from .ledger import Ledger
from .lines import check_lines, read_lines, shipped_lines
from .measures import list_measures, measure
from .pot import Pot, single_pot
from .pots_by_level import Pots, pots
from .reconciliation import Reconciliation
from .schema import data_dictionary
from .shares import Shares, build_shares

__version__: str
__all__ = [
    "AmbiguousPlaceError",
    "ConservationError",
    "DataFileError",
    "Ledger",
    "LinesError",
    "OutsideEnglandError",
    "OverlappingPlacesError",
    "Place",
    "PlaceNotFoundError",
    "PlacespendError",
    "Pot",
    "Pots",
    "Reconciliation",
    "Shares",
    "TooLargeError",
    "UnknownNameError",
    "WrongTypeError",
    "YearError",
    "basis",
    "basis_of_service",
    "build_cells",
    "build_ledger",
    "build_shares",
    "check_lines",
    "data_dictionary",
    "find_place",
    "ladders",
    "list_measures",
    "list_places",
    "measure",
    "outlines",
    "pots",
    "read_lines",
    "services",
    "shipped_lines",
    "single_pot",
    "small_areas",
]
