"""Settings of the documentation site: `tox -e docs` builds it.

The sources are the folders of this repository that hold pages, not docs alone, so that a relative
link leads to the same page here and on the site. Nothing is executed and nothing comes from the
network: notebooks are shown with their committed outputs.
"""

import contextlib
import io
import os
import re
from pathlib import Path

from numpydoc.docscrape_sphinx import SphinxDocString

from network3.cli import COMMANDS, main
from network3.engine.version import __version__

project = "network3"
author = "The network3 authors"
copyright = author
release = version = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc"]

root_doc = "docs/index"
include_patterns = [
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "benchmarks/README.md",
    "data/README.md",
    "docs/*.md",
    "docs/api/*.md",
    "examples/README.md",
    "network3/kernels/README.md",
    "notebooks/*.ipynb",
    "notebooks/README.md",
]
# Not searched for pages: environments, caches, builds, and folders with many files.
exclude_patterns = [".*", "*.egg-info", "build", "dist", "docs/results", "runs", "tests"]

# Headings have the anchors that code hosts give them.
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_ipywidgets_js = {}

# Backquotes in docstrings mean code.
default_role = "literal"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_inherit_docstrings = False
autodoc_default_options = {"members": True}
numpydoc_show_class_members = False

html_theme = "furo"
html_title = f"network3 {__version__}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
templates_path = ["_templates"]
html_additional_pages = {"index": "to-front-page.html"}

# Pages that list others. What such a page links to in its lists and tables, in this order, is below
# it in the navigation.
CONTENTS = {
    "docs/index",
    "docs/howto",
    "docs/reference",
    "docs/explanation",
    "notebooks/README",
}


def add_navigation(app, docname, source):
    if docname in CONTENTS:
        pages = re.findall(r"^[-|] \[[^]]*\]\(([^)#]+)\.(?:md|ipynb)\)", source[0], re.MULTILINE)
        source[0] += "\n".join(["\n```{toctree}", ":hidden:", "", *pages, "```", ""])


def add_help(app, docname, source):
    """Add the help text of each command to the page about the command line."""
    if docname != "docs/cli":
        return
    os.environ |= {"COLUMNS": "80", "NO_COLOR": "1"}
    for name in COMMANDS:
        with contextlib.redirect_stdout(io.StringIO()) as text:
            main([name, "--help"])
        source[0] += f"\n## network3 {name}\n\n```text\n{text.getvalue()}```\n"


def name_folders(app, docname, source):
    """Turn links to folders into text: the site has no page for a folder."""
    page = Path(app.env.doc2path(docname))
    if page.suffix == ".md":
        source[0] = re.sub(
            r"\[([^]]*)\]\(([^)#]+)\)",
            lambda link: link[1] if (page.parent / link[2]).is_dir() else link[0],
            source[0],
        )


def format_module(app, what, name, obj, options, lines):
    """Format the sections of a module's docstring, which numpydoc does not."""
    if what == "module":
        lines[:] = str(SphinxDocString("\n".join(lines))).splitlines()


def name_functions(app, what, name, obj, options, signature, annotation):
    """Show a default that is an activation function by its name."""
    if signature:
        signature = re.sub(r"Elemwise\(scalar_op=(\w+)[^)]*\)", r"\1", signature)
        signature = re.sub(r"<function (\w+)>", r"\1", signature)
    return signature, annotation


def setup(app):
    app.connect("autodoc-process-signature", name_functions)
    app.connect("source-read", add_navigation)
    app.connect("source-read", add_help)
    app.connect("source-read", name_folders)
    app.connect("autodoc-process-docstring", format_module)
