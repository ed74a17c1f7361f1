"""Leaflet and jQuery as text to stand in a page, from the packages that carry them: nothing is fetched.

What they hold of addresses of the outside is taken out (a link to Leaflet's site, licence notices, the place of a
debugger's map), so that a page with them names no other machine; names of XML's kinds, which look like addresses, stay.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path

from placespend.errors import DataFileError

ADDRESS = re.compile(r"https?://(?!www\.w3\.org/)[^\s\"'*)<>]*")
"""An address, but for the names of XML's kinds."""

SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.M)

PICTURE = re.compile(r"url\((images/[\w-]+\.png)\)")

ICONS = {
    "iconUrl": "images/marker-icon.png",
    "iconRetinaUrl": "images/marker-icon-2x.png",
    "shadowUrl": "images/marker-shadow.png",
}
"""The pictures of a plain marker, by Leaflet's names for them."""


@cache
def leaflet_script() -> str:
    """Give Leaflet's script.

    Returns
    -------
    str
        Without any address of the outside.

    Raises
    ------
    DataFileError
        If the installation is incomplete.
    """
    return _cleaned(_leaflet("leaflet.js").decode("utf-8"))


@cache
def jquery_script() -> str:
    """Give jQuery's script, which popups that are added to a map need.

    Returns
    -------
    str

    Raises
    ------
    DataFileError
        If the installation is incomplete.
    """
    from xstatic.pkg import jquery  # noqa: PLC0415  (only a page needs it)

    return _cleaned(_read(Path(jquery.BASE_DIR) / "jquery.min.js").decode("utf-8"))


@cache
def leaflet_styles() -> str:
    """Give Leaflet's styles, with their pictures in them.

    Returns
    -------
    str

    Raises
    ------
    DataFileError
        If the installation is incomplete.
    """
    text = _leaflet("leaflet.css").decode("utf-8")
    return PICTURE.sub(lambda found: f"url({_data_address(found[1])})", _cleaned(text))


@cache
def marker_icons() -> dict[str, str]:
    """Give the pictures of a plain marker.

    Returns
    -------
    dict of str to str
        Data addresses, by Leaflet's names for them.

    Raises
    ------
    DataFileError
        If the installation is incomplete.
    """
    return {name: _data_address(file) for name, file in ICONS.items()}


def _leaflet(name: str) -> bytes:
    from xstatic.pkg import leaflet  # noqa: PLC0415  (only a page needs it)

    return _read(Path(leaflet.BASE_DIR) / name)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        message = f"{path.name} is missing from the installed packages."
        raise DataFileError(message, hint="install xstatic-leaflet and xstatic-jquery again") from None


def _data_address(name: str) -> str:
    return f"data:image/png;base64,{base64.b64encode(_leaflet(name)).decode('ascii')}"


def _cleaned(text: str) -> str:
    # One kind of line break: a browser reads no other, and the page's policy knows a script by its bytes.
    return ADDRESS.sub("", SOURCE_MAP.sub("", text.replace("\r\n", "\n"))).rstrip() + "\n"
