from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from knowledge.errors import UnreadableDocument
from knowledge.readers import read
from tests.knowledge.readers.documents import shown, word

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument


def _reply(document: DocxDocument) -> None:
    document.add_heading("Svar på interpellation", 0)
    document.add_paragraph("Till Anna Ek (C)\nFullmäktige")
    document.add_heading("Frågor", 1)
    document.add_paragraph("Hur långt?", style="List Number")
    document.add_paragraph("Hur dyrt?", style="List Number")
    document.add_paragraph("Därför:")
    document.add_paragraph("nära", style="List Bullet")
    document.add_paragraph("billigt", style="List Bullet")
    table = document.add_table(rows=2, cols=3)
    for at, text in enumerate(["År", "Antal", "", "2024", "", "12"]):
        table.cell(at // 3, at % 3).text = text
    document.add_paragraph("Efter\u00a0tabellen.")
    section = document.sections[0]
    section.header.paragraphs[0].text = "Exempelby kommun\tDnr KS 2025/112"
    section.footer.paragraphs[0].text = "2025-03-17"


def test_a_reply() -> None:
    document = read("svar.docx", word(_reply))
    assert shown(document) == [
        [
            "# Svar på interpellation",
            "",
            "Till Anna Ek (C)",
            "Fullmäktige",
            "",
            "# Frågor",
            "",
            "L 1. Hur långt?",
            "L 2. Hur dyrt?",
            "",
            "Därför:",
            "",
            "L • nära",
            "L • billigt",
            "",
            "T År | Antal",
            "T 2024 | | 12",
            "",
            "Efter tabellen.",
        ]
    ]
    assert not document.paged
    assert document.margins == ("Exempelby kommun Dnr KS 2025/112", "2025-03-17")


def _xml(document: DocxDocument, xml: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    body = document.element.body
    root = parse_xml(f"<w:body {nsdecls('w')}>{xml}</w:body>")
    for at, child in enumerate(list(root)):
        body.insert(at, child)


def _text_of(xml: str) -> list[str]:
    return shown(read("a.docx", word(lambda document: _xml(document, xml))))[0]


def test_content_controls_are_read() -> None:
    assert _text_of(
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>Titel</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>Dnr </w:t></w:r><w:sdt><w:sdtContent><w:r><w:t>KS 1</w:t></w:r>"
        "</w:sdtContent></w:sdt></w:p>"
    ) == ["Titel", "", "Dnr KS 1"]


def test_tracked_changes_count_as_accepted() -> None:
    assert _text_of(
        "<w:p><w:r><w:t>ett </w:t></w:r><w:del><w:r><w:delText>bort</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>nytt</w:t></w:r></w:ins></w:p>"
    ) == ["ett nytt"]


def test_hidden_text_stays_hidden_and_field_codes_too() -> None:
    assert _text_of(
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>dolt</w:t></w:r><w:r><w:t>syns </w:t></w:r>"
        "<w:r><w:instrText>DATE</w:instrText></w:r><w:r><w:t>KS</w:t><w:noBreakHyphen/>"
        "<w:t>AU</w:t></w:r></w:p>"
    ) == ["syns KS-AU"]


def test_a_frame_of_one_column_is_ordinary_text() -> None:
    cell = "<w:tc><w:p><w:r><w:t>ett</w:t></w:r></w:p><w:p><w:r><w:t>två</w:t></w:r></w:p></w:tc>"
    assert _text_of(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>") == ["ett", "", "två"]


def test_a_short_bold_paragraph_is_a_heading_but_no_question() -> None:
    bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r></w:p>"
    assert _text_of(bold.format("Bakgrund") + bold.format("Vad kostar det?")) == [
        "# Bakgrund",
        "",
        "Vad kostar det?",
    ]


def _numbered(document: DocxDocument) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (start, form, text) in enumerate(
            [(1, "decimal", "Fråga %1:"), (3, "lowerLetter", "%2)"), (1, "upperRoman", "%1.%3")]
        )
    )
    root = document.part.numbering_part.element
    root.insert(
        0,
        parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'),
    )
    ns = nsdecls("w")
    for num, override in (
        (91, ""),
        (92, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'),
    ):
        root.append(
            parse_xml(
                f'<w:num {ns} w:numId="{num}"><w:abstractNumId w:val="90"/>{override}</w:num>'
            )
        )
    for num, level in [(91, 0), (91, 1), (91, 1), (91, 2), (91, 0), (91, 1), (92, 0), (92, 0)]:
        paragraph = document.add_paragraph("x")
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {ns}><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')
        )


def test_numbers_are_counted_as_word_counts_them() -> None:
    assert shown(read("a.docx", word(_numbered)))[0] == [
        "L Fråga 1: x", "L c) x", "L d) x", "L 1.I x", "L Fråga 2: x", "L c) x",
        "L Fråga 5: x", "L Fråga 6: x",
    ]  # fmt: skip


def test_a_broken_document_says_so() -> None:
    data = word(_reply)
    with pytest.raises(UnreadableDocument, match="skadad"):
        read("a.docx", data[: len(data) // 2])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("word/document.xml", "<w:document>")
    with pytest.raises(UnreadableDocument, match="skadat"):
        read("a.docx", buffer.getvalue())


def test_an_empty_document_says_so() -> None:
    with pytest.raises(UnreadableDocument, match="ingen text"):
        read("a.docx", word(lambda document: None))
