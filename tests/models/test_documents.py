"""Every page for users exists in both languages, with the same parts and the same links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent.parent
FOR_DEVELOPERS: Final = {"architecture.md"}
TWIN: Final = ".pt-BR.md"
PAGES: Final = {
    "README.md": (ROOT / "README.md", ROOT / "docs" / f"README{TWIN}"),
    **{
        page.name: (page, page.with_name(page.stem + TWIN))
        for page in sorted((ROOT / "docs").glob("*.md"))
        if not page.name.endswith(TWIN) and page.name not in FOR_DEVELOPERS
    },
}


def _prose(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def _headings(text: str) -> list[int]:
    return [len(found) for found in re.findall(r"^(#+) ", _prose(text), flags=re.MULTILINE)]


def _links(text: str) -> list[str]:
    """Return where links lead, told alike from either language and folder; switches left out."""
    places = re.findall(r"\]\(([^)\s]+)\)", _prose(text))
    alike = (
        place.replace(TWIN, ".md").replace("-pt.", "-en.").removeprefix("../").removeprefix("docs/")
        for place in places
    )
    return sorted(place for place in alike if not place.startswith(("README.md", "#")))


def _own(name: str) -> str:
    """Return what a link to the twin itself begins with: each may point at the other."""
    return name.split("#", maxsplit=1)[0]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_its_twin_with_the_same_parts(name: str) -> None:
    english, portuguese = (page.read_text(encoding="utf-8") for page in PAGES[name])
    assert _headings(portuguese) == _headings(english)


@pytest.mark.parametrize("name", PAGES)
def test_twins_lead_to_the_same_places(name: str) -> None:
    english, portuguese = (page.read_text(encoding="utf-8") for page in PAGES[name])
    told, wanted = (
        [place for place in _links(text) if _own(place) != name] for text in (portuguese, english)
    )
    assert told == wanted


@pytest.mark.parametrize("name", PAGES)
def test_links_between_pages_lead_somewhere(name: str) -> None:
    for page in PAGES[name]:
        for place in re.findall(r"\]\(([^)\s]+)\)", _prose(page.read_text(encoding="utf-8"))):
            if "://" not in place and not place.startswith("#"):
                assert (page.parent / place.split("#")[0]).exists(), f"{page.name}: {place}"
