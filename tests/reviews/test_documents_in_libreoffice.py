"""Every kind of document, made from our own template, opens in LibreOffice and says what it should."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest

from reviews.documents import every_kind  # noqa: F401
from reviews.documents.default_template import default_template
from reviews.documents.kinds import KINDS, example
from reviews.documents.word import as_word

OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="no soffice here (Debian: libreoffice-writer-nogui)")
def test_each_opens_in_libreoffice_with_all_its_words(tmp_path: Path) -> None:
    for kind in KINDS.values():
        made = as_word(example(kind, "Thornmere"), kind, default_template())
        (tmp_path / f"{kind.id}.docx").write_bytes(made)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    asked = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    files = sorted(str(path) for path in tmp_path.glob("*.docx"))
    subprocess.run([*asked, *files], check=True, timeout=180, capture_output=True)
    for kind in KINDS.values():
        pages = pypdf.PdfReader(tmp_path / f"{kind.id}.pdf").pages
        words = " ".join(" ".join(page.extract_text() for page in pages).split())
        assert 1 <= len(pages) <= 6, kind.id
        for place in kind.places:
            assert place.heading in words, (kind.id, place.heading)
        assert f"Page 1 of {len(pages)}" in words, kind.id
        assert kind.classification in words, kind.id
