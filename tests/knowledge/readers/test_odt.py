from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import UnreadableDocument
from knowledge.readers import read
from tests.knowledge.readers.documents import odt, shown

NUMBERS = (
    "<text:list-style style:name='L1'>"
    "<text:list-level-style-number text:level='1' style:num-format='1' style:num-suffix='.'/>"
    "<text:list-level-style-number text:level='2' style:num-format='a' style:num-suffix=')'"
    " text:start-value='3'/>"
    "<text:list-level-style-number text:level='3' style:num-format='I' text:display-levels='3'/>"
    "</text:list-style>"
    "<text:list-style style:name='L2'><text:list-level-style-bullet text:level='1'"
    " text:bullet-char='-'/></text:list-style>"
)


def _text_of(body: str, **parts: str) -> list[str]:
    return shown(read("svar.odt", odt(body, **parts)))[0]


def _items(*texts: str) -> str:
    return "".join(f"<text:list-item><text:p>{text}</text:p></text:list-item>" for text in texts)


def test_a_reply() -> None:
    body = (
        "<text:sequence-decls><text:sequence-decl text:name='Bild'/></text:sequence-decls>"
        "<text:h text:outline-level='1'>Svar på\n   interpellation</text:h>"
        "<text:p>Till<text:s text:c='3'/>Anna<text:tab/>Ek (C)<text:line-break/>"
        "Fullmäktige</text:p>"
        "<text:section><text:p>Frå<text:soft-page-break/>gor</text:p></text:section>"
        f"<text:list text:style-name='L1'>{_items('Hur långt?', 'Hur dyrt?')}</text:list>"
        "<text:p>Därför:</text:p>"
        f"<text:list text:style-name='L2'>{_items('nära', 'billigt')}</text:list>"
        "<table:table><table:table-header-rows><table:table-row>"
        "<table:table-cell><text:p>År</text:p></table:table-cell>"
        "<table:table-cell><text:p>Antal</text:p></table:table-cell><table:table-cell/>"
        "</table:table-row></table:table-header-rows><table:table-row>"
        "<table:table-cell><text:p>2024</text:p></table:table-cell><table:covered-table-cell/>"
        "<table:table-cell><text:p>12</text:p></table:table-cell></table:table-row></table:table>"
        "<text:p>Efter&#160;tabellen.</text:p>"
    )
    master = (
        "<style:header><text:p>Exempelby kommun<text:tab/>Dnr KS 2025/112</text:p></style:header>"
        "<style:footer><text:p>2025-03-17</text:p></style:footer>"
        "<style:footer-left style:display='false'><text:p>visas ej</text:p></style:footer-left>"
    )
    document = read("svar.odt", odt(body, automatic=NUMBERS, master=master))
    assert shown(document) == [
        [
            "# Svar på interpellation", "",
            "Till Anna Ek (C)", "Fullmäktige", "",
            "Frågor", "",
            "L 1. Hur långt?", "L 2. Hur dyrt?", "",
            "Därför:", "",
            "L • nära", "L • billigt", "",
            "T År | Antal", "T 2024 | | 12", "",
            "Efter tabellen.",
        ]
    ]  # fmt: skip
    assert not document.paged
    assert document.margins == ("Exempelby kommun Dnr KS 2025/112", "2025-03-17")


def test_what_is_deleted_noted_or_commented_is_no_text() -> None:
    assert _text_of(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>bort</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>Taxan<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>fotnot</text:p></text:note-body></text:note> höjs"
        "<text:change text:change-id='1'/><office:annotation><text:p>kommentar</text:p>"
        "</office:annotation><!-- x --> inte.</text:p>"
    ) == ["Taxan höjs inte."]


def test_hidden_text_stays_hidden() -> None:
    hidden = (
        "<style:style style:name='T1' style:family='text'>"
        "<style:text-properties text:display='none'/></style:style>"
    )
    assert _text_of(
        "<text:p>syns<text:span text:style-name='T1'>dolt</text:span> här</text:p>"
        "<text:section text:display='none'><text:p>dolt</text:p></text:section>",
        automatic=hidden,
    ) == ["syns här"]


def test_numbers_are_counted_as_the_styles_say() -> None:
    body = (
        "<text:list xml:id='a' text:style-name='L1'><text:list-item><text:p>x</text:p><text:list>"
        f"{_items('x')}<text:list-item><text:p>x</text:p><text:list>{_items('x')}</text:list>"
        f"</text:list-item></text:list></text:list-item>{_items('x')}</text:list>"
        f"<text:p>mellan</text:p>"
        f"<text:list text:style-name='L1' text:continue-list='a'>{_items('x')}</text:list>"
        f"<text:p>mellan</text:p><text:list text:style-name='L1'><text:list-item"
        f" text:start-value='7'><text:p>x</text:p><text:p>mer</text:p></text:list-item></text:list>"
        f"<text:p>mellan</text:p><text:list text:style-name='L1' text:continue-numbering='true'>"
        f"<text:list-header><text:p>utan</text:p></text:list-header>{_items('x')}</text:list>"
    )
    lines = [line for line in _text_of(body, automatic=NUMBERS) if line not in ("", "mellan")]
    assert lines == [
        "L 1. x", "L c) x", "L d) x", "L 1.d.I x", "L 2. x", "L 3. x",
        "L 7. x", "mer", "utan", "L 8. x",
    ]  # fmt: skip


def test_headings_are_known_by_style_number_or_weight() -> None:
    styles = (
        "<style:style style:name='Heading_20_2' style:family='paragraph'/>"
        "<text:outline-style style:name='Outline'><text:outline-level-style text:level='1'"
        " style:num-format='1' style:num-suffix='.'/></text:outline-style>"
    )
    automatic = (
        "<style:style style:name='P1' style:family='paragraph'"
        " style:parent-style-name='Heading_20_2'/>"
        "<style:style style:name='T1' style:family='text'>"
        "<style:text-properties fo:font-weight='bold'/></style:style>"
    )
    bold = "<text:p><text:span text:style-name='T1'>{}</text:span></text:p>"
    assert _text_of(
        "<text:h text:outline-level='1'>ett</text:h><text:h text:outline-level='1'>två</text:h>"
        "<text:p text:style-name='P1'>tre</text:p>"
        + bold.format("Bakgrund")
        + bold.format("Vad kostar det?"),
        automatic=automatic,
        styles=styles,
    ) == ["# 1. ett", "", "# 2. två", "", "# tre", "", "# Bakgrund", "", "Vad kostar det?"]


def test_a_text_box_comes_after_its_paragraph_and_one_column_is_a_frame() -> None:
    cell = "<table:table-cell><text:p>ett</text:p><text:p>två</text:p></table:table-cell>"
    assert _text_of(
        "<text:p>text<draw:frame><draw:text-box><text:p>ruta</text:p></draw:text-box>"
        "<svg:title>bildtext</svg:title></draw:frame></text:p>"
        f"<table:table><table:table-row>{cell}</table:table-row></table:table>"
    ) == ["text", "", "ruta", "", "ett", "", "två"]


def test_entities_are_not_resolved() -> None:
    data = odt("<text:p>ett</text:p>")
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "content.xml":
                declared = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
                text = declared + text.replace("ett", "ett&e; två")
            new.writestr(name, text)
    assert shown(read("a.odt", buffer.getvalue())) == [["ett två"]]


@pytest.mark.parametrize(
    ("kind", "what"),
    [("spreadsheet", "kalkylark"), ("presentation", "presentation"), ("chart", "OpenDocument")],
)
def test_other_open_documents_are_refused_by_name(kind: str, what: str) -> None:
    with pytest.raises(UnreadableDocument, match=what):
        read("svar.odt", odt("<text:p>x</text:p>", kind=kind))


def test_a_protected_document_says_so() -> None:
    buffer = io.BytesIO(odt("<text:p>x</text:p>"))
    with zipfile.ZipFile(buffer, "a") as package:
        package.writestr("META-INF/manifest.xml", "<x><manifest:encryption-data/></x>")
    with pytest.raises(UnreadableDocument, match="lösenord"):
        read("svar.odt", buffer.getvalue())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_broken_document_is_unreadable_and_nothing_worse(data: st.DataObject) -> None:
    whole = odt("<text:p>Svar på interpellation</text:p>")
    at = data.draw(st.integers(4, len(whole) - 3))
    cut = whole[:at] if data.draw(st.booleans()) else whole[:at] + b"\xff\0" + whole[at + 2 :]
    try:
        read("a.odt", cut)
    except UnreadableDocument as error:
        assert error.file == "a.odt"
