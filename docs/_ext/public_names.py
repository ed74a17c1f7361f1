"""Links in docstrings to where a name is shown: ``placespend.pot.single_pot`` is ``placespend.single_pot`` there."""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING

from pygments.lexers.special import TextLexer

import placespend as ps

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


@cache
def public_names() -> dict[str, str]:
    """Give the public name of every public function and class by the name of where it is defined."""
    found = {name: getattr(ps, name) for name in ps.__all__}
    return {
        f"{thing.__module__}.{thing.__qualname__}": f"placespend.{name}"
        for name, thing in found.items()
        if inspect.isclass(thing) or inspect.isfunction(thing)
    }


def public_name(target: str) -> str | None:
    """Give the public name of a function, a class or a method of one; None where it has none."""
    owner, _, method = target.rpartition(".")
    names = public_names()
    if target in names:
        return names[target]
    return f"{names[owner]}.{method}" if owner in names else None


def resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Resolve a link to a name by its public name."""
    name = public_name(node.get("reftarget", "")) if node.get("refdomain") == "py" else None
    if name is None:
        return None
    domain = env.domains.python_domain
    return domain.resolve_xref(env, node["refdoc"], app.builder, node["reftype"], name, node, content)


def setup(app: Sphinx) -> dict[str, object]:
    """Add the links, and set CSV as plain text."""
    app.connect("missing-reference", resolve)
    app.add_lexer("csv", TextLexer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
