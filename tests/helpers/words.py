"""Collects the sentences of the code and keeps the Portuguese catalogue (gettext, with Babel).

``python -m tests.helpers.words update`` merges new sentences into the .po file;
``python -m tests.helpers.words compile`` writes the .mo file that the program reads.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PO: Final = ROOT / "assets" / "i18n" / "pt_BR" / "LC_MESSAGES" / "mirante.po"
KEYWORDS: Final = {"tr": None, "mark": None, "ntr": (1, 2)}


def collect() -> Catalog:
    """Return every sentence that ``models``, ``gui`` and ``main.py`` mark for translation."""
    catalog = Catalog(project="Mirante", charset="utf-8")
    for folder in ("models", "gui"):
        for name, line, message, _comments, _context in extract_from_dir(
            ROOT / folder, method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            catalog.add(message, locations=[(f"{folder}/{name}", line)])
    for line, message, _comments, _context in extract_from_file(
        "python", ROOT / "main.py", keywords=KEYWORDS
    ):
        catalog.add(message, locations=[("main.py", line)])
    return catalog


def stored() -> Catalog:
    """Return the Portuguese catalogue as committed."""
    with PO.open("rb") as file:
        return read_po(file, locale="pt_BR", charset="utf-8")


def update() -> None:
    """Merge new sentences into the .po file; those gone from the code leave it."""
    catalog = stored() if PO.exists() else Catalog(locale="pt_BR", charset="utf-8")
    catalog.update(collect(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, no_location=True, omit_header=False)


def compiled() -> bytes:
    """Return the .mo bytes of the committed .po file."""
    buffer = io.BytesIO()
    write_mo(buffer, stored())
    return buffer.getvalue()


def main() -> None:
    """Do what the first argument says."""
    if sys.argv[1:] == ["update"]:
        update()
        todo = [m.id for m in stored() if m.id and not m.string]
        sys.stdout.write(f"{len(todo)} sentences without a translation\n")
        sys.stdout.writelines(f"  {words}\n" for words in todo)
    elif sys.argv[1:] == ["compile"]:
        PO.with_suffix(".mo").write_bytes(compiled())
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
