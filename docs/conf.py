"""How Sphinx sets the pages of docs/: ``uv run sphinx-build -W -b html docs docs/_build``.

The pages are Markdown that reads on a code host too. Nothing is fetched, when they are set or when they are read.
"""

from __future__ import annotations

import sys
from pathlib import Path

import placespend
from placespend.shipped import NOTICE

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "placespend"
author = "The placespend developers"
version = release = placespend.__version__
language = "en-GB"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_click",
    "assumptions_log",
    "files_outside",
    "generated_tables",
    "public_names",
]
exclude_patterns = ["_build", "_ext"]
templates_path = ["_templates"]
suppress_warnings = ["config.cache"]

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

autosummary_generate = True
autodoc_typehints = "none"  # numpydoc's parameters say the types
autodoc_member_order = "bysource"
numpydoc_show_class_members = False

html_theme = "pydata_sphinx_theme"
html_title = "placespend"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_sidebars: dict[str, list[str]] = {
    page: [] for page in ("index", "tutorial", "assumptions", "data_and_licence")
}  # no pages beneath
html_context = {"notice": NOTICE, "default_mode": "auto"}
html_theme_options = {
    "footer_start": ["notice"],
    "footer_end": [],
    "navbar_align": "left",
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
}
