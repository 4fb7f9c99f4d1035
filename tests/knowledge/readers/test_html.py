from __future__ import annotations

import pytest

from knowledge.errors import UnreadableDocument
from knowledge.readers import read
from tests.knowledge.readers.documents import listening, shown

LONG = "Kommunen har sedan länge arbetat med frågan och fortsätter med det under hela året."
PAGE = f"""\
<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><title>Flikens titel</title>
<meta name="description" content="Metabeskrivning"><style>p {{}}</style></head>
<body><script>var hemligt = 1;</script>
<header><a href="/">Exempelby</a><nav><a href="/x">Kontakt</a></nav></header>
<main><h1>Svar på interpellation om bussar</h1>
<dl><dt>Interpellant</dt><dd>Anna Ek (C)</dd><dt>Dnr:</dt><dd>KS 1</dd></dl>
<h2>Fråga 1</h2>
<p>{LONG} Hur <b>många</b>
bussar går<br>på lördag?</p>
<ol start="3"><li>Ett svar.<ul><li>under ett</li></ul></li>
<li><p>Två svar.</p><p>Mer om två.</p></li></ol>
<ul><li>punkt</li></ul>
<table><tr><th>År</th><th>Antal</th></tr><tr><td>2024</td><td><p>12</p></td></tr></table>
<p>{LONG}</p><p>Ja.</p><p>{LONG}</p>
<p>Bo Lind (S)<br>Kommunalråd</p>
</main><footer>Sidfoten</footer></body></html>
"""


def test_a_page() -> None:
    document = read("sida", PAGE.encode())
    assert shown(document) == [
        [
            "# Svar på interpellation om bussar", "",
            "Interpellant: Anna Ek (C)", "", "Dnr: KS 1", "",
            "# Fråga 1", "",
            f"{LONG} Hur många bussar går", "på lördag?", "",
            "L 3. Ett svar.", "L • under ett", "L 4. Två svar.", "",
            "Mer om två.", "",
            "L • punkt", "",
            "T År | Antal", "T 2024 | 12", "",
            LONG, "", "Ja.", "", LONG, "",
            "Bo Lind (S)", "Kommunalråd",
        ]
    ]  # fmt: skip
    assert not document.paged


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_the_declared_encoding_is_used(encoding: str) -> None:
    page = PAGE.replace('charset="utf-8"', f'charset="{encoding}"')
    assert shown(read("a", page.encode(encoding))) == shown(read("a", PAGE.encode()))


def test_a_wrong_declaration_does_no_harm() -> None:
    page = PAGE.replace('charset="utf-8"', 'charset="us-ascii"')
    assert "på lördag?" in shown(read("a", page.encode()))[0]


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><nav>Meny</nav><p>Kort svar.</p><footer>Fot</footer></body></html>",
        "<p>Kort svar.</p>",
        "\ufeff<!-- x --><!DOCTYPE html><article>Kort svar.<script>x</script></article>",
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html><body>Kort svar.</body></html>',
    ],
)
def test_short_pages(page: str) -> None:
    assert shown(read("a.txt", page.encode())) == [["Kort svar."]]


def test_no_heading_and_no_sentence_inside_the_content_is_lost() -> None:
    headings = "".join(f"<h2>Rubrik {at}</h2><p>{LONG} Nummer {at}.</p>" for at in range(8))
    lines = shown(read("a", f"<html><body>{headings}</body></html>".encode()))[0]
    assert [line for line in lines if line] == [
        text for at in range(8) for text in (f"# Rubrik {at}", f"{LONG} Nummer {at}.")
    ]


def test_a_page_without_text_says_so() -> None:
    with pytest.raises(UnreadableDocument, match="ingen text"):
        read("a.html", b"<html><head><title>x</title></head><body></body></html>")


BARE = "<html><head>{}</head><body><main><p>Här är två svar på frågan.</p></main></body></html>"


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("iso-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("utf-8", "utf-8"),
        ("cp850", "cp850"), ("macintosh", "mac_roman"), ("utf-8", "cp1252"),
        ("iso-8859-1", "utf-8"), ("utf-16", "utf-8"), ("finns-inte", "utf-8"),
        ("undefined", "utf-8"), ("idna", "cp1252"), ("base64", "utf-8"),
    ],
)  # fmt: skip
def test_the_declared_encoding_counts_unless_it_is_wrong(declared: str, encoding: str) -> None:
    page = BARE.format(f'<meta charset="{declared}">')
    assert shown(read("a.html", page.encode(encoding))) == [["Här är två svar på frågan."]]


def test_nothing_is_fetched_or_run() -> None:
    with listening() as (address, asked):
        head = (
            f'<base href="{address}/"><link rel="stylesheet" href="stil.css">'
            f'<script src="{address}/kod.js"></script><script>document.write("kört")</script>'
            f'<meta http-equiv="refresh" content="0; url={address}/ny">'
        )
        page = BARE.format(head).replace(
            "<p>", f'<img src="{address}/bild.png"><iframe src="r"></iframe><p>'
        )
        document = read("a.html", page.encode())
    assert "kört" not in str(shown(document))
    assert asked == []
