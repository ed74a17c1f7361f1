"""Links to Markdown that is no page of the site, such as the README of a folder of data: its file is given instead."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.addnodes import download_reference, pending_xref

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

BEFORE_FILES_ARE_COLLECTED = 100


def give_file(app: Sphinx, tree: nodes.document) -> None:
    """Turn each link to Markdown outside of the pages into one to the file itself."""
    for link in list(tree.findall(pending_xref)):
        file = Path(f"{link['reftarget']}.md")
        if link.get("refdomain") == "doc" and file.is_absolute() and file.is_file():
            target = os.path.relpath(file, Path(app.env.doc2path(link["refdoc"])).parent)
            given = download_reference("", "", *link.children, reftarget=target, refdoc=link["refdoc"])
            link.replace_self(given)


def setup(app: Sphinx) -> dict[str, object]:
    """Look at the links of each page when it is read."""
    app.connect("doctree-read", give_file, priority=BEFORE_FILES_ARE_COLLECTED)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
