"""Where the shipped data lie: beside the sources in a checkout, inside the package in a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parents[1]

NOTICE = (
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. "
    "Contains OS data © Crown copyright and database right 2011-2025. "
    "Contains Royal Mail data © Royal Mail copyright and database right 2025."
)
"""What the licences of the shipped data ask to stand on every output."""


def shipped_file(folder: str, name: str) -> Path:
    """Find a file of the shipped data.

    Parameters
    ----------
    folder : {"boundaries", "spend_lines"}
    name : str

    Returns
    -------
    pathlib.Path

    Raises
    ------
    FileNotFoundError
        If the installation is incomplete.
    """
    for root in (PACKAGE, CHECKOUT):
        path = root / folder / name
        if path.exists():
            return path
    message = f"{folder}/{name} is missing from this installation of placespend"
    raise FileNotFoundError(message)
