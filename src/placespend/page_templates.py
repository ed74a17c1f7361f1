"""The templates of pages: everything that stands in one is escaped, and no sign in it can disturb what is around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import jinja2


def template_environment(folder: Path, *, clean: Callable[[str], str], keep_end: bool = True) -> jinja2.Environment:
    """Read the templates of a folder.

    Parameters
    ----------
    folder : pathlib.Path
    clean : callable
        What is done to every text before it is escaped. What is trusted, as scripts are, is no plain text, and keeps
        the signs that it has.
    keep_end : bool, default True
        Whether a page keeps the line break at the end of its template.

    Returns
    -------
    jinja2.Environment
        In which a name that is not given is an error.
    """
    import jinja2  # noqa: PLC0415  (a pot needs no pages)

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=keep_end,
    )
