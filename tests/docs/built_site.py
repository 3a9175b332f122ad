"""The built site: `tox -e docs` builds it in build/site and runs this."""

import json
import pkgutil
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from network3.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "site"
PUBLIC = (
    "network3",
    "network3.experiments",
    "network3.layers",
    "network3.nets",
    "network3.ops",
    "network3.plots",
    "network3.storage",
    "network3.training",
)


class Page(HTMLParser):
    """The anchors of a page, what it links to and what a browser loads with it."""

    def __init__(self, path):
        super().__init__()
        self.anchors, self.links, self.loads = set(), set(), set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.anchors.add(attributes.get("id"))
        if tag == "a":
            self.links.add(attributes.get("href", ""))
        elif tag == "link":
            self.loads.add(attributes["href"])
        elif "src" in attributes:
            self.loads.add(attributes["src"])


@pytest.fixture(scope="module")
def pages():
    return {path: Page(path) for path in sorted(SITE.rglob("*.html"))}


def test_each_link_inside_the_site_leads_to_a_page_and_a_place_on_it(pages):
    broken, followed = [], 0
    for path, page in pages.items():
        for link in page.links | page.loads:
            parts = urlsplit(link)
            if parts.scheme or link in ("", "#"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            found = target.is_file()
            if found and parts.fragment and target in pages:
                found = unquote(parts.fragment) in pages[target].anchors
            followed += 1
            if not found:
                broken.append(f"{path.relative_to(SITE)}: {link}")
    assert not broken
    assert followed > 1000


def test_a_browser_loads_nothing_from_elsewhere(pages):
    loaded = {link for page in pages.values() for link in page.loads}
    assert not [link for link in loaded if urlsplit(link).netloc]
    for sheet in SITE.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\W*(https?:)?//", sheet.read_text(encoding="utf-8"))


def test_the_front_page_is_found_and_leads_to_every_page(pages):
    (front,) = pages[SITE / "index.html"].links
    seen, new = set(), {(SITE / front).resolve()}
    while new:
        path = new.pop()
        seen.add(path)
        links = {urlsplit(link) for link in pages[path].links}
        near = {(path.parent / unquote(link.path)).resolve() for link in links if not link.scheme}
        new |= {target for target in near if target in pages} - seen
    assert {path.relative_to(SITE).as_posix() for path in pages.keys() - seen} <= {
        "genindex.html",
        "index.html",
        "py-modindex.html",
        "search.html",
    }


@pytest.mark.parametrize("notebook", sorted((ROOT / "notebooks").glob("*.ipynb")))
def test_a_notebook_has_all_its_pictures_those_of_widgets_too(pages, notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    kept = {"".join(data["image/png"]) for data in outputs if "image/png" in data}
    page = pages[SITE / "notebooks" / f"{notebook.stem}.html"]
    assert len({link for link in page.loads if "/_images/" in link}) == len(kept) >= 3


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_is_in_the_reference(pages, module):
    places = {
        place for path, page in pages.items() if "api" in path.parts for place in page.anchors
    }
    documented = {place for place in places if place and re.fullmatch(r"network3[\w.]+", place)}
    things = [pkgutil.resolve_name(name) for name in documented if "_data" not in name]
    for name in pkgutil.resolve_name(module).__all__:
        full = f"{module}.{name}"
        thing = None if name.endswith("_data") else pkgutil.resolve_name(full)
        assert full in documented or any(thing is each for each in things), full


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_on_the_page_of_the_commands(command, capsys):
    text = (SITE / "docs" / "cli.html").read_text(encoding="utf-8")
    main([command, "--help"])
    options = set(re.findall(r"^  (?:-h, )?(--[\w-]+)", capsys.readouterr().out, re.MULTILINE))
    assert len(options) >= 2
    assert not [option for option in options if option not in text]
