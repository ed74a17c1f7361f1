"""A map for a browser, in one file: it opens with no network, and everything it says is told in a table too.

The map is one of folium, so that a researcher can add markers to it and see it in a notebook. What folium would fetch
is not there: Leaflet and jQuery stand in the page, there are no tiles, and a policy in the page forbids it every
connection and every script but its own. Places are drawn by the page's own script from data that no template reads:
folium would run a name as a template and put it into the page as HTML.

Notes
-----
Popups and tooltips of folium that are added to a map show their text as HTML: escape what is not yours, or give
``parse_html=True``. The policy keeps scripts in it from running.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placespend.errors import WrongTypeError, list_values
from placespend.exports.files import write_whole
from placespend.shipped import NOTICE
from placespend.spelling import one_line
from placespend.web_maps.content import Content, build_content, check_layers, escaped_json
from placespend.web_maps.inlined import jquery_script, leaflet_script, leaflet_styles, marker_icons

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import folium
    import geopandas as gpd
    import jinja2

    from placespend.maps.layers import MapLayer

TEMPLATES = Path(__file__).parent / "templates"

PLACES = "placespend_places"
"""What the element that draws the places is called within its map."""

NOTEBOOK_HEIGHT = "900px"

SUFFIXES = (".html", ".htm")

RANDOM_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
"""What folium calls things by."""


def build_web_map(
    layers: Mapping[str, MapLayer],
    outlines: gpd.GeoDataFrame,
    *,
    title: str,
    notes: Sequence[str] = (),
    sources: Sequence[str] = (),
) -> folium.Map:
    """Build a map of places for a browser, with one or more layers to choose between.

    Parameters
    ----------
    layers : mapping of str to MapLayer
        By what each is called; all of the same places. The first is shown first.
    outlines : geopandas.GeoDataFrame
        ``code`` and ``geometry`` (EPSG:27700) of every place; others are not drawn.
    title : str
    notes, sources : sequence of str
        For the foot of the page, above the notice that the licences of the outlines ask for.

    Returns
    -------
    folium.Map
        A notebook shows it; :func:`write_web_map` writes it. What is added to it must come without files of its own.

    Raises
    ------
    WrongTypeError
        If places have no outline, outlines are not in metres of the British National Grid, or the layers are not of
        the same places.
    """
    import folium  # noqa: PLC0415  (a pot needs no maps)
    from branca.element import MacroElement  # noqa: PLC0415

    shown = build_content(check_layers(layers), outlines, title=title)
    said = tuple(text for text in (*map(one_line, notes), *shown.notes) if text)
    (south, west), (north, east) = shown.bounds
    # No tiles, and none of the files that folium fetches.
    found = folium.Map(location=[(south + north) / 2, (west + east) / 2], tiles=None, zoom_start=6)
    found.default_js, found.default_css = [], []
    found._id = "of_places"
    found._template = _macros("map.js.jinja")
    places: Any = MacroElement()  # type: ignore[no-untyped-call]
    places._name, places._id = PLACES, "all"
    places._template = _macros("places.js.jinja")
    places.bounds = shown.bounds
    found.add_child(places, name=PLACES)
    figure: Any = found.get_root()
    figure.height = NOTEBOOK_HEIGHT
    figure.header._children.clear()
    figure.render = partial(_render_unchanged, figure)
    figure._template = Page(shown, said, tuple(map(one_line, sources)))
    return found


def web_map_html(found: folium.Map) -> str:
    """Write a map as a page.

    Parameters
    ----------
    found : folium.Map
        Of :func:`build_web_map`, with what was added to it.

    Returns
    -------
    str
        HTML that needs no other file and no network. The same map gives the same text on every run.

    Raises
    ------
    WrongTypeError
        If the map is another one, or something that was added to it must be fetched.
    """
    if PLACES not in getattr(found, "_children", {}):
        message = "This is no map of places for a browser."
        raise WrongTypeError(message, hint="make one with placespend.web_map")
    figure: Any = found.get_root()
    fetched = _fetched(figure)
    if fetched:
        message = f"What was added to the map must be fetched from elsewhere: {list_values(fetched)}."
        hint = "add markers without an icon, circles, lines, or icons of folium.DivIcon; a map has no tiles"
        raise WrongTypeError(message, hint=hint)
    text: str = figure.render()
    return text


def write_web_map(found: folium.Map, path: Path, *, keep: Iterable[Path] = ()) -> None:
    """Write a map as a page into a file.

    Parameters
    ----------
    found : folium.Map
        Of :func:`build_web_map`.
    path : pathlib.Path
        Ending in .html. An older file of that name is only replaced by a whole one.
    keep : iterable of pathlib.Path, optional
        Files that must not be written over.

    Raises
    ------
    WrongTypeError
        If the map is another one, the file would be of another kind, or something added to it must be fetched.
    DataFileError
        If the file cannot be written.
    """
    if path.suffix.casefold() not in SUFFIXES:
        message = f"{path.name} is no page that a map for a browser can be written as."
        raise WrongTypeError(message, hint="name a file that ends in .html")
    write_whole(web_map_html(found), path, keep=keep)


class Page:
    """The page around a map, in place of folium's own: made anew whenever the map is shown.

    Parameters
    ----------
    content : Content
        What the map shows.
    notes, sources : tuple of str
        For its foot.
    """

    def __init__(self, content: Content, notes: tuple[str, ...], sources: tuple[str, ...]) -> None:
        self.content = content
        self.notes = notes
        self.sources = sources

    def render(self, this: Any, kwargs: dict[str, object]) -> str:
        """Write the page.

        Parameters
        ----------
        this : branca.element.Figure
            The figure that the map is in.
        kwargs : dict
            What folium hands on.

        Returns
        -------
        str
            HTML.
        """
        added = "\n".join(part.render(**kwargs) for part in (this.header, this.html, this.script))
        numbers = {name: f"{number:032d}" for number, name in enumerate(dict.fromkeys(RANDOM_ID.findall(added)))}

        def settled(part: Any) -> str:
            return RANDOM_ID.sub(lambda name: numbers[name[0]], part.render(**kwargs))

        icons = f"L.Icon.Default.imagePath='';L.Icon.Default.mergeOptions({escaped_json(marker_icons())});"
        scripts = [leaflet_script(), jquery_script(), f"{icons}\n{map_script()}"]
        last = _within_script(settled(this.script))
        text = _environment().get_template("page.html.jinja")
        return text.render(
            content=self.content,
            notes=self.notes,
            sources=self.sources,
            notice=NOTICE,
            policy=policy_for([*scripts, last]),
            styles=map_styles(),
            scripts=scripts,
            header=settled(this.header),
            map=settled(this.html),
            last=last,
        )


def map_script() -> str:
    """Give the script that draws places and tells of them, for a page that has Leaflet's.

    Returns
    -------
    str
        It takes what :func:`placespend.web_maps.content.build_content` tells from the page's element ``content``.
        A page may do without the table of places and the search: it is then told by an event ``placespend:chosen``
        which place was chosen, and chooses one with ``placespend.choose(code)``.
    """
    return (TEMPLATES / "map.js").read_text(encoding="utf-8")


def map_styles() -> str:
    """Give the styles of a page with a map.

    Returns
    -------
    str
        Leaflet's, with their pictures in them, and the page's own.
    """
    return leaflet_styles() + (TEMPLATES / "page.css").read_text(encoding="utf-8")


@cache
def _environment() -> jinja2.Environment:
    import jinja2  # noqa: PLC0415  (a pot needs no pages)

    loader = jinja2.FileSystemLoader(TEMPLATES)
    return jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)


@cache
def _macros(name: str) -> Any:
    """Read what folium renders of an element. Nothing that a user wrote goes through it."""
    from folium.template import Template  # noqa: PLC0415  (a pot needs no maps)

    return Template((TEMPLATES / name).read_text(encoding="utf-8"))


def _within_script(text: str) -> str:
    """Keep what was added to a map from ending its script: within texts of JavaScript these mean the same."""
    # One kind of line break: a browser reads no other, and the policy knows a script by its bytes.
    one_kind = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"<(?=/script|!--)", r"\\x3c", one_kind, flags=re.I)


def policy_for(scripts: Sequence[str]) -> str:
    """Forbid a page all connections, and all scripts but its own.

    Parameters
    ----------
    scripts : sequence of str

    Returns
    -------
    str
        A content security policy.
    """
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode('utf-8')).digest()).decode('ascii')}'"
        for script in scripts
    )
    rules = (
        "default-src 'none'",
        f"script-src {hashes}",
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "font-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def _render_unchanged(figure: Any, **kwargs: object) -> str:
    """Render a figure and leave it as it was: some of folium's elements add more of the same each time."""
    before = [(part, part._children.copy()) for part in _within(figure, set())]
    text: str = type(figure).render(figure, **kwargs)
    for part, children in before:
        part._children = children
    return text


def _within(element: Any, seen: set[int]) -> Iterator[Any]:
    """Walk an element of folium and all that it holds, by whatever name."""
    from branca.element import Element  # noqa: PLC0415  (a pot needs no maps)

    if id(element) in seen:
        return
    seen.add(id(element))
    yield element
    held = [part for key, part in vars(element).items() if isinstance(part, Element) and key != "_parent"]
    for part in (*held, *element._children.values()):
        yield from _within(part, seen)


def _fetched(figure: Any) -> list[str]:
    """Name what was added to a map that a browser would have to fetch."""
    from branca.element import Link  # noqa: PLC0415  (a pot needs no maps)
    from folium import Icon, TileLayer  # noqa: PLC0415
    from folium.raster_layers import WmsTileLayer  # noqa: PLC0415

    refused = (Link, TileLayer, WmsTileLayer, Icon)
    names = {
        type(part).__name__: None
        for part in _within(figure, set())
        if isinstance(part, refused) or any(getattr(part, files, None) for files in ("default_js", "default_css"))
    }
    return list(names)
