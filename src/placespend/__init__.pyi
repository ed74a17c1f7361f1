from .apportion import build_cells, build_ledger
from .atlases.building import Atlas, atlas
from .bases import Bases, basis, basis_of_service, ladders
from .bridge import Bridge
from .choices import Override
from .circles import circle
from .cofog import services
from .dictionary import data_dictionary
from .disclosure.rule import Rule
from .errors import (
    AmbiguousPlaceError,
    ConservationError,
    DataFileError,
    FamilyCountsError,
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
from .exports.data import write_data
from .exports.tables import write_table
from .families.asked import families_of
from .families.costs import family_costs
from .families.estimates import estimate_families
from .families.mapped import draw_families
from .families.modelled_costs import cost_by_body
from .families.own_counts import FamilyCounts, check_family_counts, read_family_counts
from .families.own_release import Release, protect_families
from .families.payable import most_payable
from .families.progress import check_turned_around, family_progress, turned_around
from .families.published import published_families
from .families.results import maximum_payment_pence, payments_by_results
from .families.shown import Families
from .families.validation import validate_estimates
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
from .place_maps.choropleths import choropleth, web_map
from .postcodes import postcode_frame
from .pot import Pot, single_pot
from .pots_by_level import Pots, pots
from .published import published_totals
from .recipe import Recipe, read_recipe
from .recipe_checks import check_recipe
from .reconciliation import Reconciliation
from .register import Register, read_register
from .reports.building import report
from .responsibilities import service_groups
from .rungs import describe_ladders
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
    "Atlas",
    "Bases",
    "Bridge",
    "ConservationError",
    "DataFileError",
    "Families",
    "FamilyCounts",
    "FamilyCountsError",
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
    "Release",
    "Rule",
    "Sensitivity",
    "Shares",
    "TooLargeError",
    "UnknownNameError",
    "WrongTypeError",
    "YearError",
    "atlas",
    "basis",
    "basis_of_service",
    "build_cells",
    "build_ledger",
    "build_shares",
    "check_family_counts",
    "check_lines",
    "check_measures",
    "check_places",
    "check_recipe",
    "check_turned_around",
    "choropleth",
    "circle",
    "cost_by_body",
    "data_dictionary",
    "describe_ladders",
    "draw_families",
    "estimate_families",
    "families_of",
    "family_costs",
    "family_progress",
    "find_place",
    "join_places",
    "ladders",
    "list_measures",
    "list_places",
    "maximum_payment_pence",
    "measure",
    "most_payable",
    "neighbourhood_pilots",
    "outlines",
    "payments_by_results",
    "postcode_frame",
    "pots",
    "protect_families",
    "published_families",
    "published_totals",
    "read_cra",
    "read_deflator",
    "read_family_counts",
    "read_integrated_settlement",
    "read_lines",
    "read_measures",
    "read_places",
    "read_recipe",
    "read_register",
    "read_revenue_outturn",
    "remainder",
    "report",
    "service_groups",
    "services",
    "shipped_lines",
    "single_pot",
    "small_areas",
    "totals_over_years",
    "turned_around",
    "validate_estimates",
    "web_map",
    "write_data",
    "write_table",
]
