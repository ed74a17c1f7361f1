"""Pots and bridges as one document for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.exports.text import records

if TYPE_CHECKING:
    from placespend.bridge import Bridge
    from placespend.loaded import Loaded
    from placespend.pot import Pot
    from placespend.pots_by_level import Pots


def pot_document(pot: Pot, *columns: str) -> dict[str, object]:
    """Put a pot into one document for machines.

    Parameters
    ----------
    pot : Pot
    *columns : str
        What it is cut by.

    Returns
    -------
    dict
        ``place``, ``financial_year``, ``residents``, ``what`` (the pot is), ``total_pence``, ``low_pence`` and
        ``high_pence`` (if its services are shared by other bases of their ladders), ``observed_pence`` (of it,
        recorded at this place), ``per_head_pence``, ``comparison`` (of a neighbourhood, per head with its
        ``authority`` and England), ``authority``, ``by``, ``rows``,
        ``grades``, ``reconciliation``, ``awaited``, ``unallocated``, ``memo``, ``scope``, ``accounts`` (what became
        of every line read), ``notes``, ``sources`` and ``made_with`` (recipe, digests of the inputs, version).
    """
    awaited = [
        "line_id",
        "source_id",
        "body",
        "service_code",
        "service_name",
        "footprint_code",
        "description",
    ]
    unallocated = ["body", "service_code", "footprint_code", "basis", "amount_pence", "reason"]
    return {
        "place": {
            "code": pot.place.code,
            "name": pot.place.name,
            "level": pot.place.level,
            "vintage": pot.place.vintage,
            "definition": pot.place.definition,
            "small_areas_whole": len(pot.place.extent.whole),
            "small_areas_cut": len(pot.place.extent.parts.areas),
        },
        "financial_year": pot.financial_year,
        "residents": pot.residents,
        "what": pot.what,
        "total_pence": pot.total_pence,
        "low_pence": pot.range_pence[0],
        "high_pence": pot.range_pence[1],
        "observed_pence": pot.observed_pence,
        "per_head_pence": pot.per_head_pence,
        "comparison": None if pot.comparison is None else records(pot.comparison),
        "authority": None if pot.authority is None else {"code": pot.authority.code, "name": pot.authority.name},
        "by": columns[0] if len(columns) == 1 else list(columns),
        "rows": records(pot.by(*columns)),
        "grades": pot.grades,
        "reconciliation": pot.reconcile().as_dict(),
        "awaited": records(pot.awaited[awaited]),
        "unallocated": records(pot.unallocated[unallocated]),
        "memo": records(pot.memo[["source", "body", "service_code", "footprint_code", "amount_pence", "reason"]]),
        "scope": pot.loaded.recipe.scope.describe(),
        "accounts": records(pot.loaded.accounts),
        "notes": list(pot.notes),
        "sources": list(pot.source_titles),
        "made_with": pot.loaded.made_with,
    }


def pots_document(found: Pots) -> dict[str, object]:
    """Put the pots of a level into one document for machines.

    Parameters
    ----------
    found : Pots

    Returns
    -------
    dict
        ``level``, ``what`` (the pots are), ``financial_year``, ``rows``, ``reconciliation``, ``notes``, ``sources``,
        ``scope`` and ``made_with``.
    """
    return {
        "level": found.level,
        "what": found.what,
        "financial_year": found.financial_year,
        "rows": records(found.table),
        "reconciliation": found.reconciliation.as_dict(),
        "notes": list(found.notes),
        "sources": list(found.source_titles),
        "scope": found.loaded.recipe.scope.describe(),
        "made_with": found.loaded.made_with,
    }


def bridge_document(found: Bridge, loaded: Loaded) -> dict[str, object]:
    """Put a bridge into one document for machines.

    Parameters
    ----------
    found : Bridge
    loaded : Loaded
        The lines of the pot that it starts from.

    Returns
    -------
    dict
        ``start``, ``end``, ``start_pence``, ``end_pence``, ``steps``, ``details`` (by service and region),
        ``residual_pence``, ``questions`` and ``made_with``.
    """
    return {
        "start": found.start,
        "end": found.end,
        "start_pence": found.start_pence,
        "end_pence": found.end_pence,
        "steps": records(found.steps),
        "details": records(found.details),
        "residual_pence": found.residual_pence,
        "questions": list(found.questions),
        "made_with": loaded.made_with,
    }
