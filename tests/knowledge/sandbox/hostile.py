"""Hostile and broken documents, each made for the test that uses it."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from functools import cache

from tests.knowledge.readers.documents import pdf, printed, word

LETTER = """\
Svar på interpellation från Anna Ek (C) om skolskjutsen

Dnr KS 2025/112

Fråga 1: Hur långt får det vara till hållplatsen?
Svar: Högst två kilometer, längs den kortaste gångbara vägen.

Exempelby den 17 mars 2025

Bo Lind (S)
Kommunalråd
"""


def zipped(entries: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def link_in_zip(name: str, target: str) -> bytes:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, target)
    return buffer.getvalue()


def encrypted_zip(name: str) -> bytes:
    """A zip that says its one file is encrypted; its bytes are never looked at."""
    data = bytearray(zipped({name: LETTER.encode()}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@cache
def flat_bomb(gigabytes: int = 10) -> bytes:
    """A zip of one file of so many gigabytes of zeros, in about ten megabytes.

    Written by hand, as no library makes it in reasonable time: one deflate block repeated.
    """
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = compressor.compress(bytes(1024**2)) + compressor.flush(zlib.Z_FULL_FLUSH)
    packed = first * (gigabytes * 1024) + compressor.flush()
    size, crc = gigabytes * 1024**3, 0
    name = b"svar.txt"
    extra = struct.pack("<HHQQ", 1, 16, size, len(packed))
    unknown = 0xFFFFFFFF
    local = struct.pack(
        "<4sHHHHHIIIHH", b"PK\x03\x04", 45, 0, 8, 0, 33, crc, unknown, unknown, len(name),
        len(extra),
    ) + name + extra  # fmt: skip
    central = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 45, 45, 0, 8, 0, 33, crc, unknown, unknown,
        len(name), len(extra), 0, 0, 0, 0, 0,
    ) + name + extra  # fmt: skip
    at = len(local) + len(packed)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(central), at, 0)
    return local + packed + central + end


def nested_bomb() -> bytes:
    """Zips in zips, as 42.zip: sixteen in each, five deep."""
    data = zipped({"0.dll": bytes(4 * 1024**2)})
    for _ in range(5):
        data = zipped({f"{number}.zip": data for number in range(16)})
    return data


def docx_with(parts: Mapping[str, bytes], *paragraphs: str) -> bytes:
    """A sound Word document with parts replaced or added."""
    sound = word(lambda made: [made.add_paragraph(text) for text in paragraphs])
    with zipfile.ZipFile(io.BytesIO(sound)) as package:
        entries = {name: package.read(name) for name in package.namelist()}
    return zipped({**entries, **parts})


def letter_docx(**parts: bytes) -> bytes:
    return docx_with(parts, *LETTER.split("\n\n"))


def docx_bomb(megabytes: int) -> bytes:
    """A Word document whose body unpacks to so many megabytes of empty elements."""
    head = (
        b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/'
        b'wordprocessingml/2006/main"><w:body>'
    )
    body = b"<w:p/>" * (megabytes * 1024**2 // 6)
    return docx_with({"word/document.xml": head + body + b"</w:body></w:document>"}, "x")


def docx_with_external_entity(target: str) -> bytes:
    text = (
        '<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY leak SYSTEM "' + target + '">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body>"
        + "".join(f"<w:p><w:r><w:t>{part}</w:t></w:r></w:p>" for part in LETTER.split("\n\n"))
        + "<w:p><w:r><w:t>&leak;</w:t></w:r></w:p></w:body></w:document>"
    )
    return docx_with({"word/document.xml": text.encode()}, "x")


def docx_with_remote_template(url: str) -> bytes:
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/'
        '2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
        f'officeDocument/2006/relationships/attachedTemplate" Target="{url}" '
        'TargetMode="External"/></Relationships>'
    )
    return docx_with({"word/_rels/settings.xml.rels": relations.encode()}, *LETTER.split("\n\n"))


def docm() -> bytes:
    return docx_with({"word/vbaProject.bin": b"\xd0\xcf\x11\xe0macro"}, *LETTER.split("\n\n"))


def billion_laughs_docx() -> bytes:
    return docx_with({"word/document.xml": billion_laughs("w:document")}, "x")


def billion_laughs(root: str = "lolz") -> bytes:
    entities = '<!ENTITY l0 "lol">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
    )
    name = f'{root} xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><{name}>&l9;</{root}>'.encode()


def raw_pdf(objects: Iterable[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    parts = [b"%PDF-1.7\n"]
    offsets: list[int] = []
    at = len(parts[0])
    for number, content in enumerate(objects, 1):
        text = b"%d 0 obj\n%b\nendobj\n" % (number, content)
        offsets.append(at)
        parts.append(text)
        at += len(text)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
    parts.extend(b"%010d 00000 n \n" % offset for offset in offsets)
    parts.append(
        b"trailer\n<</Size %d /Root 1 0 R %b>>\nstartxref\n%d\n%%%%EOF\n"
        % (len(offsets) + 1, trailer, at)
    )
    return b"".join(parts)


def pdf_of_many_objects(count: int) -> bytes:
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
            *(b"<</A %d 0 R>>" % (number % count + 1) for number in range(count)),
        ]
    )


def pdf_of_itself() -> bytes:
    """A page tree that holds itself, and says that it has a billion pages."""
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[2 0 R 2 0 R 2 0 R]/Count 1000000000>>",
        ]
    )


def pdf_bomb(megabytes: int) -> bytes:
    """A page whose content unpacks to so many megabytes of text operators."""
    content = zlib.compress(b"BT /F1 9 Tf (aaaaaaaaaa) Tj ET\n" * (megabytes * 1024**2 // 31), 9)
    content = zlib.compress(content, 9)
    return raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>>>>>",
            b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>\nstream\n%b\nendstream"
            % (len(content), content),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )


def pdf_of_pages(count: int) -> bytes:
    return pdf([printed(f"Sida {number}") for number in range(count)])


def locked_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("hemligt", strength=128))
    canvas.drawString(72, 700, "Svar")
    canvas.save()
    return buffer.getvalue()


def html_with(extra: str) -> bytes:
    paragraphs = "".join(f"<p>{part}</p>" for part in LETTER.split("\n\n"))
    return f"<!doctype html><html><body><main>{paragraphs}{extra}</main></body></html>".encode()


def deep_html(depth: int) -> bytes:
    return b"<!doctype html><html><body>" + b"<div>" * depth + LETTER.encode()
