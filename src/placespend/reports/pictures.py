"""Pictures within a page: an SVG that shares its page with others, and says what it shows once only.

Every SVG numbers its parts for itself, so on one page the clip path or pattern of one would be taken for that of
another. Here an SVG is read as XML; its parts get names that begin with the picture's own, and what points at them
follows. Only what draws is kept: elements and links that could run, load or leave the picture are not.
"""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET

from placespend.spelling import one_line, printable

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"

DRAWS = frozenset(
    {
        *("svg", "g", "defs", "symbol", "use", "clipPath", "mask", "marker", "pattern", "image"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath"),
        *("linearGradient", "radialGradient", "stop"),
    }
)
"""Elements that are kept, with those within them; all others are left out."""

OF_THE_PAGE = frozenset({"aria-describedby", "aria-label", "aria-labelledby", "class", "height", "role", "width"})
"""Attributes of the outermost element for which the page speaks."""

REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")]+)['\"]?\s*\)")
EVERY_ELEMENT = re.compile(r"\s*\*\s*\{([^{}]*)\}\s*")


def inline_svg(svg: str, name: str, *, title: str, description: str) -> str:
    """Make an SVG part of a page.

    Parameters
    ----------
    svg : str
        A whole SVG file, as matplotlib writes it.
    name : str
        What the names of its parts begin with; one in the page.
    title, description : str
        What it shows: in a few words, and all of it. They take the place of those in the file.

    Returns
    -------
    str
        One element, for HTML. It has the size that the page gives it.

    Raises
    ------
    ValueError
        If the text is no SVG, or styles its parts by other rules than one for all elements.

    Examples
    --------
    >>> found = inline_svg('<svg xmlns="http://www.w3.org/2000/svg"><g id="a"/></svg>', "m", title="T", description="D")
    >>> found[found.index("<title") :]
    '<title id="m_title">T</title><desc id="m_desc">D</desc><g id="m_a" /></svg>'
    """
    try:
        # The document type is not fetched, and entities beyond XML's own are an error.
        root = ET.fromstring(svg)  # noqa: S314
    except ET.ParseError as error:
        message = f"picture {name} is no SVG: {error}"
        raise ValueError(message) from None
    if root.tag != f"{SVG}svg":
        message = f"picture {name} is no SVG"
        raise ValueError(message)
    found = _kept(root, f"{name}_")
    for attribute in OF_THE_PAGE & set(found.attrib):
        del found.attrib[attribute]
    found.attrib |= {"role": "img", "aria-labelledby": f"{name}_title", "aria-describedby": f"{name}_desc"}
    if rules := _rules(root, name):
        found.set("style", ";".join(filter(None, [rules, found.get("style", "")])))
    for position, (tag, words) in enumerate((("title", title), ("desc", description))):
        said = ET.Element(tag, {"id": f"{name}_{tag}"})
        said.text = one_line(words)
        found.insert(position, said)
    return ET.tostring(found, encoding="unicode").strip()


def data_address(content: bytes, kind: str) -> str:
    """Write a file as an address that holds it.

    Parameters
    ----------
    content : bytes
    kind : str
        Its media type.

    Returns
    -------
    str

    Examples
    --------
    >>> data_address(b"a,b", "text/csv")
    'data:text/csv;base64,YSxi'
    """
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _kept(element: ET.Element, prefix: str) -> ET.Element:
    """Copy an element with what draws in it."""
    copy = ET.Element(element.tag.removeprefix(SVG))
    copy.text, copy.tail = printable(element.text or ""), printable(element.tail or "")
    for attribute, value in element.attrib.items():
        if attribute in {LINK, "href"}:
            if value.startswith("#"):
                copy.set("href", f"#{prefix}{value[1:]}")
            elif copy.tag == "image" and value.startswith("data:image/"):
                copy.set("href", value)
        elif attribute == "id":
            copy.set("id", f"{prefix}{value}")
        elif not attribute.startswith(("{", "on")) and not _leads_out(value):
            copy.set(attribute, REFERENCE.sub(rf"url(#{prefix}\1)", value))
    for child in element:
        if isinstance(child.tag, str) and child.tag.startswith(SVG) and child.tag.removeprefix(SVG) in DRAWS:
            copy.append(_kept(child, prefix))
    return copy


def _leads_out(value: str) -> bool:
    """Tell whether a value names something that is not in the picture."""
    return "url(" in REFERENCE.sub("", value).casefold()


def _rules(root: ET.Element, name: str) -> str:
    """Give the declarations of a picture's style sheet, which would otherwise hold for the whole page.

    All of them are inherited, so that the outermost element can carry them.
    """
    found = []
    for style in root.iter(f"{SVG}style"):
        match = EVERY_ELEMENT.fullmatch(style.text or "")
        if match is None or _leads_out(match[1]):
            message = f"picture {name} has a style sheet that cannot stand in a page"
            raise ValueError(message)
        found.append(match[1].strip().strip(";"))
    return ";".join(found)
