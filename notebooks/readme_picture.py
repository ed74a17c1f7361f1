"""Draw the README's picture: what the command prints, as an SVG that needs nothing from the network.

Run it with ``uv run notebooks/readme_picture.py``.
"""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

import placespend as ps
from placespend.tables import pot_text
from placespend.text import WIDTH

# Black on white: legible in print and in greyscale.
THEME = TerminalTheme((255, 255, 255), (11, 12, 12), [(11, 12, 12)] * 8)

# rich's own template without its window frame and without its web fonts.
TEMPLATE = """\
<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {terminal_width} {terminal_height}">
<title>placespend pot "Greater Manchester" --by body</title>
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px;
line-height: {line_height}px; white-space: pre; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
<rect width="100%" height="100%" fill="#ffffff"/>
<g class="{unique_id}-matrix" transform="translate(8, 8)">{matrix}</g>
</svg>
"""


def draw(path: Path) -> None:
    """Draw the pot of Greater Manchester by body."""
    text = '$ placespend pot "Greater Manchester" --by body\n\n' + pot_text(ps.single_pot("Greater Manchester"), "body")
    console = Console(record=True, width=WIDTH + 2, file=io.StringIO(), highlight=False)
    console.print(Text(text.split("\nSources:")[0]))
    path.write_text(
        console.export_svg(title="", theme=THEME, code_format=TEMPLATE, unique_id="pot"), encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    draw(Path(__file__).with_name("pot.svg"))
