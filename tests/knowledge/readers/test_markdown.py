from __future__ import annotations

from knowledge.readers import read
from tests.knowledge.readers.documents import shown

SOURCE = """\
---
dnr: KS 2025/112
---
# Svar på *interpellation* #

Till **Anna Ek** (C)\\
Fullmäktige

Underrubrik
-----------
En rad som
bryts i för-
och efternamn, med [länk](https://x.example "titel") och `kod`.
<!-- syns
inte -->
* ett
  som går vidare
* två
3. tre
4) fyra

> Citat ur beslutet

| År | Antal |
|:---|---:|
| 2024 | 12 \\| 13 |

2 \\* 3, en_variabel_här och 5 * 6
***
"""


def test_markdown() -> None:
    document = read("svar.md", SOURCE.encode())
    assert shown(document) == [
        [
            "# Svar på interpellation",
            "",
            "Till Anna Ek (C)",
            "Fullmäktige",
            "",
            "# Underrubrik",
            "",
            "En rad som bryts i för-",
            "och efternamn, med länk och kod.",
            "",
            "L • ett som går vidare",
            "L • två",
            "L 3. tre",
            "L 4) fyra",
            "",
            "Citat ur beslutet",
            "",
            "T År | Antal",
            "T 2024 | 12 | 13",
            "",
            "2 * 3, en_variabel_här och 5 * 6",
        ]
    ]
    assert document.margins == ("dnr: KS 2025/112",)


def test_the_suffix_decides_between_text_and_markdown() -> None:
    assert shown(read("a.txt", b"# inte rubrik")) == [["# inte rubrik"]]
    assert read("a.txt", b"# inte rubrik").pages[0].lines[0].style.value == "body"


def test_code_stays_as_it_is() -> None:
    assert shown(read("a.md", b"```\n# *kod*\n```\ntext")) == [["# *kod*", "", "text"]]
