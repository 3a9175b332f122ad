"""Links in the pages and notebooks of the repository lead to files, and to headings in them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = [".", "docs", "docs/api", "notebooks"]
FOLDERS += ["benchmarks", "data", "examples", "network3/kernels"]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in FOLDERS
    for path in (ROOT / folder).glob("*")
    if path.suffix in (".md", ".ipynb")
)


def anchors(path):
    """The anchors that a code host gives the headings of a page."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.*)", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def test_anchors_are_the_words_of_headings_joined(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A `network3.py` of your own\n```sh\n# no heading\n```\n## *Sharp* edges\n")
    assert anchors(page) == {"a-network3py-of-your-own", "sharp-edges"}


@pytest.mark.parametrize("name", PAGES)
def test_the_links_of_a_page_lead_somewhere(name):
    page = ROOT / name
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link
