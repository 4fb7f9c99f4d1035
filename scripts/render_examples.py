"""Render the drafts of the example record into PDF and DOCX documents.

A draft is `scripts/examples/<name>.pdf.html` or `<name>.docx.html`: `<header>` and `<footer>` (page
head and foot, lines of `<p>`; `{page}` and `{pages}` stand for numbers, `<tab/>` sends the rest to
the right edge), `<h1> <h2> <p> <ul> <ol> <table> <pagebreak>`, and within a line `<b> <i> <br>`.
`&shy;` marks where a word may be hyphenated. `<ol>` takes `start`, `<p>` `align` (left, right,
center), `<table>` `widths` (percent: "40,60"). `<layout/>` sets `font` (serif, sans), `size` (pt),
`align` (left, justify), `margin` (mm), `author` and `date`. A second run changes no byte.
"""

import argparse
import html
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

import docx
from docx.enum.text import WD_PARAGRAPH_ALIGNMENT, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as DocxParagraph
from reportlab import platypus
from reportlab.lib import colors, pagesizes, styles, units

DRAFTS = Path(__file__).resolve().parent / "examples"
EXAMPLES = DRAFTS.parent.parent / "knowledge" / "examples"
SERIF = ("Times-Roman", "Times-Bold", "Times New Roman")
SANS = ("Helvetica", "Helvetica-Bold", "Arial")
ALIGNMENTS = {"left": 0, "center": 1, "right": 2, "justify": 4}
BLOCKS = {"h1", "h2", "p", "ul", "ol", "table", "pagebreak"}
WIDTH, HEIGHT = pagesizes.A4


@dataclass(frozen=True, slots=True)
class Draft:
    """A parsed draft: title, page head and foot, blocks in order, and the layout's settings."""

    title: str
    header: tuple[Element, ...]
    footer: tuple[Element, ...]
    blocks: tuple[Element, ...]
    fonts: tuple[str, str, str]
    size: float
    align: str
    margin: float
    author: str
    date: str


def read_draft(path: Path) -> Draft:
    """Parse a draft file; malformed or unknown markup ends the program."""
    text = path.read_text(encoding="utf-8").replace("&shy;", "\u00ad").replace("&nbsp;", "\u00a0")
    text = re.sub(r"<(pagebreak|br|tab)\s*>", r"<\1/>", text)
    try:
        root = fromstring(f"<draft>{text}</draft>")
    except ParseError as exc:
        raise SystemExit(f"{path}: {exc} (malformed markup)") from exc
    if unknown := {child.tag for child in root} - BLOCKS - {"header", "footer", "layout"}:
        raise SystemExit(f"{path}: not in the subset: {', '.join(sorted(unknown))}")
    blocks, layout, h1 = [c for c in root if c.tag in BLOCKS], root.find("layout"), root.find("h1")
    head, foot = (tuple(root.findall(f"{part}/p")) for part in ("header", "footer"))
    title = " ".join("".join(h1.itertext()).split()) if h1 is not None else path.name
    get = (layout if layout is not None else root).get
    fonts = SANS if get("font") == "sans" else SERIF
    size, margin = float(get("size", "11")), float(get("margin", "25"))
    author, date = get("author", "Exempelby kommun"), get("date", "2024-01-01")
    align = get("align", "left")
    return Draft(title, head, foot, tuple(blocks), fonts, size, align, margin, author, date)


def markup(element: Element) -> str:
    """Return an element's content as the markup that reportlab's paragraphs read."""
    words = html.escape(element.text or "", quote=False)
    for child in element:
        words += "<br/>" if child.tag == "br" else f"<{child.tag}>{markup(child)}</{child.tag}>"
        words += html.escape(child.tail or "", quote=False)
    return re.sub(r"[ \t\r\n]+", " ", words)


def render_pdf(draft: Draft, pages: int = 0) -> bytes:
    """Return a draft as an A4 PDF; a first pass, without a number of pages, counts them."""
    margin, width = draft.margin * units.mm, WIDTH - 2 * draft.margin * units.mm
    small = _style(draft, fontSize=8.5, leading=11, spaceAfter=0, alignment=0)
    right = styles.ParagraphStyle("right", small, alignment=ALIGNMENTS["right"])

    def draw(canvas: Any, doc: Any, lines: tuple[Element, ...], top: float) -> None:  # noqa: ANN401
        for line in lines:
            text = markup(line).replace("{pages}", str(pages)).replace("{page}", str(doc.page))
            heights = [0.0]
            for half, style in zip(text.split("<tab></tab>"), (small, right), strict=False):
                paragraph = platypus.Paragraph(half.strip(), style)
                heights.append(paragraph.wrap(width, HEIGHT)[1])
                paragraph.drawOn(canvas, margin, top - heights[-1])
            top -= max(heights)

    bottom, top = 20 * units.mm + 11 * len(draft.footer), 22 * units.mm + 11 * len(draft.header)
    template = platypus.PageTemplate(
        "page",
        [platypus.Frame(margin, bottom, width, HEIGHT - bottom - top, 0, 0, 0, 0)],
        onPage=lambda canvas, doc: draw(canvas, doc, draft.header, HEIGHT - 14 * units.mm),
        onPageEnd=lambda canvas, doc: draw(canvas, doc, draft.footer, bottom - 8 * units.mm),
    )
    properties = {"title": draft.title, "author": draft.author, "lang": "sv-SE", "invariant": 1}
    target = io.BytesIO()
    doc = platypus.BaseDocTemplate(target, pageTemplates=[template], **properties)
    doc.build(_pdf_story(draft, width))
    return target.getvalue() if pages else render_pdf(draft, doc.page)


def _style(draft: Draft, *, bold: bool = False, **settings: float) -> Any:  # noqa: ANN401
    base = {"fontSize": draft.size, "leading": draft.size * 1.3, "spaceAfter": draft.size * 0.7}
    base |= {"alignment": ALIGNMENTS[draft.align], "allowWidows": 0, "embeddedHyphenation": 1}
    return styles.ParagraphStyle("style", fontName=draft.fonts[bold], **(base | settings))


def _pdf_story(draft: Draft, width: float) -> list[Any]:
    size = draft.size
    h1 = _style(draft, bold=True, fontSize=size + 4, leading=size + 8, alignment=0)
    h2 = _style(draft, bold=True, spaceBefore=size * 0.5, alignment=0, keepWithNext=1)
    item = _style(draft, leftIndent=18, bulletIndent=4, spaceAfter=size * 0.25)
    cell = _style(draft, fontSize=size - 1, leading=size * 1.15, spaceAfter=0, alignment=0)
    grid = [("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    story: list[Any] = []
    for block in draft.blocks:
        if block.tag == "pagebreak":
            story.append(platypus.PageBreak())
        elif block.tag in {"h1", "h2"}:
            story.append(platypus.Paragraph(markup(block), h1 if block.tag == "h1" else h2))
        elif block.tag == "p":
            style = _style(draft, alignment=ALIGNMENTS[block.get("align", draft.align)])
            story.append(platypus.Paragraph(markup(block), style))
        elif block.tag == "table":
            rows = [[platypus.Paragraph(markup(c), cell) for c in row] for row in block]
            shares = [float(s) for s in block.get("widths", "").split(",") if s]
            widths = [width * s / 100 for s in shares or [100 / len(rows[0])] * len(rows[0])]
            story.append(platypus.Table(rows, widths, repeatRows=1, style=grid))
            story.append(platypus.Spacer(0, size))
        else:
            for number, li in enumerate(block, int(block.get("start", "1"))):
                bullet = "\u2022" if block.tag == "ul" else f"{number}."
                story.append(platypus.Paragraph(markup(li), item, bulletText=bullet))
            story.append(platypus.Spacer(0, size * 0.45))
    return story


def _fill(paragraph: DocxParagraph, element: Element, *, bold: bool = False) -> None:
    def add(text: str | None) -> None:
        for piece in re.split(r"(\{pages?\})", re.sub(r"[ \t\r\n]+", " ", text or "")):
            if piece in {"{page}", "{pages}"}:
                field = f'w:instr="{"PAGE" if piece == "{page}" else "NUMPAGES"}" {nsdecls("w")}'
                paragraph._p.append(parse_xml(f"<w:fldSimple {field}/>"))
            elif piece:
                fresh = not paragraph.text or paragraph.text.endswith(("\n", "\t"))
                paragraph.add_run(piece.lstrip(" ") if fresh else piece).bold = bold or None

    add(element.text)
    for child in element:
        if child.tag in {"br", "tab"}:
            paragraph.add_run("\n" if child.tag == "br" else "\t")
        else:
            _fill(paragraph, child, bold=bold or child.tag == "b")
        add(child.tail)


def render_docx(draft: Draft) -> bytes:
    """Return a draft as a DOCX with real styles, lists, tables, page head and foot."""
    document: Any = docx.Document()
    section, normal = document.sections[0], document.styles["Normal"]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(draft.margin)
    normal.font.name, normal.font.size = draft.fonts[2], Pt(draft.size)
    edge = Mm(210 - 2 * draft.margin)
    for part, lines in ((section.header, draft.header), (section.footer, draft.footer)):
        for row, line in enumerate(lines):
            paragraph = part.add_paragraph() if row else part.paragraphs[0]
            paragraph.style = normal
            paragraph.paragraph_format.tab_stops.add_tab_stop(edge, WD_TAB_ALIGNMENT.RIGHT)
            _fill(paragraph, line)
    for block in draft.blocks:
        _docx_block(document, block)
    properties, stamp = document.core_properties, datetime.fromisoformat(draft.date)
    properties.title, properties.language, properties.comments = draft.title, "sv-SE", ""
    properties.author = draft.author
    properties.created = properties.modified = stamp.replace(tzinfo=UTC)
    raw, target = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            copy.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _docx_block(document: Any, block: Element) -> None:  # noqa: ANN401
    if block.tag == "pagebreak":
        document.add_page_break()
    elif block.tag == "table":
        table = document.add_table(len(block), max(len(row) for row in block), style="Table Grid")
        for row, cells in enumerate(block):
            for column, cell in enumerate(cells):
                _fill(table.cell(row, column).paragraphs[0], cell, bold=cell.tag == "th")
        document.add_paragraph()
    elif block.tag in {"h1", "h2", "p"}:
        style = "Normal" if block.tag == "p" else f"Heading {block.tag[1]}"
        paragraph = document.add_paragraph(style=style)
        paragraph.alignment = WD_PARAGRAPH_ALIGNMENT[block.get("align", "left").upper()]
        _fill(paragraph, block)
    elif block.tag == "ul":
        for li in block:
            _fill(document.add_paragraph(style="List Bullet"), li)
    else:
        numbering = document.part.numbering_part.element
        style_num = document.styles["List Number"].element.pPr.numPr.numId.val
        num = numbering.add_num(numbering.num_having_numId(style_num).abstractNumId.val)
        num.add_lvlOverride(ilvl=0).add_startOverride(int(block.get("start", "1")))
        for li in block:
            paragraph = document.add_paragraph(style="List Number")
            own = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            own.get_or_add_ilvl().val, own.get_or_add_numId().val = 0, num.numId
            _fill(paragraph, li)


def main(argv: list[str] | None = None) -> int:
    """Render all drafts, or the named ones; return the exit code."""
    parser = argparse.ArgumentParser(description="Render the example record's PDF and DOCX files.")
    parser.add_argument("drafts", nargs="*", type=Path, help="drafts (default: scripts/examples)")
    parser.add_argument("--out", type=Path, default=EXAMPLES, help="target folder")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    args = parser.parse_args(argv)
    stale = False
    for path in args.drafts or sorted(DRAFTS.glob("*.html")):
        target = args.out / path.name.removesuffix(".html")
        draft = read_draft(path)
        data = render_pdf(draft) if target.suffix == ".pdf" else render_docx(draft)
        if not target.is_file() or target.read_bytes() != data:
            stale = args.check
            print(f"{'stale' if args.check else 'wrote'} {target}")
            if not args.check:
                target.write_bytes(data)
    return int(stale)


if __name__ == "__main__":
    raise SystemExit(main())
