from .apportion import build_cells, build_ledger
from .bases import Bases, basis, basis_of_service, ladders
from .bridge import Bridge
from .choices import Override
from .circles import circle
from .cofog import services
from .errors import (
    AmbiguousPlaceError,
    ConservationError,
    DataFileError,
    LinesError,
    MeasuresError,
    OutsideEnglandError,
    OverlapError,
    OverlappingPlacesError,
    PlaceNotFoundError,
    PlacesError,
    PlacespendError,
    RecipeError,
    TooLargeError,
    UnknownNameError,
    WrongTypeError,
    YearError,
)
from .gazetteer import find_place, list_places
from .geography import outlines, small_areas
from .ledger import Ledger
from .lines import check_lines, read_lines, shipped_lines
from .measured.plans import MeasureSource
from .measured.reading import MeasureReading, check_measures, read_measures
from .measures import Measure, list_measures, measure
from .neighbourhoods import neighbourhood_pilots
from .over_years import totals_over_years
from .own_places import check_places, read_places
from .place import Place, join_places, remainder
from .postcodes import postcode_frame
from .pot import Pot, single_pot
from .pots_by_level import Pots, pots
from .published import published_totals
from .recipe import Recipe, read_recipe
from .recipe_checks import check_recipe
from .reconciliation import Reconciliation
from .register import Register, read_register
from .responsibilities import service_groups
from .rungs import describe_ladders
from .schema import data_dictionary
from .sensitivity import Sensitivity
from .shares import Shares, build_shares
from .sources.cra import read_cra
from .sources.deflator import read_deflator
from .sources.integrated_settlement import read_integrated_settlement
from .sources.reading import Reading
from .sources.revenue_outturn import read_revenue_outturn

__version__: str
__all__ = [
    "AmbiguousPlaceError",
    "Bases",
    "Bridge",
    "ConservationError",
    "DataFileError",
    "Ledger",
    "LinesError",
    "Measure",
    "MeasureReading",
    "MeasureSource",
    "MeasuresError",
    "OutsideEnglandError",
    "OverlapError",
    "OverlappingPlacesError",
    "Override",
    "Place",
    "PlaceNotFoundError",
    "PlacesError",
    "PlacespendError",
    "Pot",
    "Pots",
    "Reading",
    "Recipe",
    "RecipeError",
    "Reconciliation",
    "Register",
    "Sensitivity",
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
    "check_measures",
    "check_places",
    "check_recipe",
    "circle",
    "data_dictionary",
    "describe_ladders",
    "find_place",
    "join_places",
    "ladders",
    "list_measures",
    "list_places",
    "measure",
    "neighbourhood_pilots",
    "outlines",
    "postcode_frame",
    "pots",
    "published_totals",
    "read_cra",
    "read_deflator",
    "read_integrated_settlement",
    "read_lines",
    "read_measures",
    "read_places",
    "read_recipe",
    "read_register",
    "read_revenue_outturn",
    "remainder",
    "service_groups",
    "services",
    "shipped_lines",
    "single_pot",
    "small_areas",
    "totals_over_years",
]
