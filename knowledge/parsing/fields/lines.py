"""A reply as the fields see it: its lines, sorted by where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.parsing.fields.names import with_brackets
from knowledge.parsing.frame import Part, Zone
from knowledge.parsing.pieces import Piece
from knowledge.parsing.sentences import hyphens_joined, sentences

__all__ = ["Lines", "sentences_of"]


@dataclass(frozen=True, slots=True)
class Lines:
    """A reply as the fields see it: its parts, each on one line.

    Attributes:
        title: the line that names the document.
        near_title: headings right before and after it.
        head: lines of the letterhead and below the title.
        tail: lines of the signature and after it.
        frame: lines of the frame elsewhere.
        body: paragraphs that are no frame.
        margins: page heads and feet that the format keeps apart.
        enclosed: letterhead, headings and signature of an interpellation before its reply.
        signed: lines below a quoted or appended interpellation, be it above the answer.
        interpellation: paragraphs of the interpellation itself.
        headings: those of the head, by their style or their capitals.
    """

    title: str | None
    near_title: tuple[str, ...]
    head: tuple[str, ...]
    tail: tuple[str, ...]
    frame: tuple[str, ...]
    body: tuple[str, ...]
    margins: tuple[str, ...]
    enclosed: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    interpellation: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        text: str,
        pieces: Sequence[Piece],
        zones: Sequence[tuple[Part, Zone]],
        margins: Iterable[str],
    ) -> Lines:
        """Sort a reply's lines into where fields are found."""
        title: int | None = None
        head: list[str] = []
        tail: list[str] = []
        frame: list[str] = []
        body: list[str] = []
        enclosed: list[str] = []
        asked: list[str] = []
        signed: list[str] = []
        last = Part.FRAME
        for index, (piece, (part, zone)) in enumerate(zip(pieces, zones, strict=True)):
            words = with_brackets(text[piece.start : piece.end])
            if part is Part.TITLE:
                title = index
            elif part is Part.ENCLOSED:
                enclosed.append(hyphens_joined(words))
            elif part in (Part.BODY, Part.INTERPELLATION):
                last = Part.FRAME if title is None else part
                if part is Part.BODY:
                    body.append(hyphens_joined(words))
                else:
                    asked.append(hyphens_joined(words))
            elif last is Part.INTERPELLATION and zone is not Zone.TAIL:
                signed.append(hyphens_joined(words))
            else:
                # Names and dates within an appended interpellation are not the reply's.
                rows = [" ".join(row.split()) for row in words.split("\n")]
                {Zone.HEAD: head, Zone.MIDDLE: frame, Zone.TAIL: tail}[zone].extend(_unbroken(rows))
        return cls(
            title=None
            if title is None
            else with_brackets(hyphens_joined(text[pieces[title].start : pieces[title].end])),
            near_title=_near(text, pieces, zones, title),
            head=tuple(head),
            tail=tuple(tail),
            frame=tuple(frame),
            body=tuple(body),
            enclosed=tuple(enclosed),
            signed=tuple(signed),
            interpellation=tuple(asked),
            headings=tuple(
                hyphens_joined(text[piece.start : piece.end])
                for piece, zone in zip(pieces, zones, strict=True)
                if zone == (Part.FRAME, Zone.HEAD)
                and (piece.heading or text[piece.start : piece.end].isupper())
            ),
            margins=tuple(
                " ".join(m.split()) for text_ in margins for m in text_.split("\n") if m.strip()
            ),
        )


# Lines of a form that run together: "Interpellant: Bo Ek (M) Svarande: Eva Al (S)".
_LABEL_BORDER = re.compile(
    r"(?<=\S)\s+(?=(?:interpellant(?:er|en)?|svarande|respondent(?:er)?|dnr|diarienummer|datum"
    r"|ärendenummer|besvaras\s+av|frågeställare|sammanträdesdatum)\s*:)",
    re.IGNORECASE,
)


def _unbroken(rows: Sequence[str]) -> list[str]:
    """Give each label a line, and join those that go on: "… Anna Ek (C)" / "och Bo Al (M)"."""
    done: list[str] = []
    for row in (part for whole in rows for part in _LABEL_BORDER.split(whole)):
        if done and row.startswith(("och ", "samt ", "& ")):
            done[-1] += f" {row}"
        else:
            done.append(row)
    return done


def _near(
    text: str,
    pieces: Sequence[Piece],
    zones: Sequence[tuple[Part, Zone]],
    title: int | None,
) -> tuple[str, ...]:
    """Return the frame pieces right after and right before the title, the nearest first."""
    if title is None:
        return ()
    return tuple(
        with_brackets(hyphens_joined(text[pieces[i].start : pieces[i].end]))
        for i in (title + 1, title - 1, *range(title + 2, title + 6))
        if 0 <= i < len(pieces) and zones[i] == (Part.FRAME, Zone.HEAD)
    )


def sentences_of(paragraphs: Iterable[str]) -> Iterator[str]:
    """Yield the sentences of paragraphs, each on one line."""
    for paragraph in paragraphs:
        for start, end in sentences(paragraph):
            yield paragraph[start:end]
