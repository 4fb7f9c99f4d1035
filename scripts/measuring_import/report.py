"""The figures of import as Markdown tables and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from knowledge.model import PassageKind
from scripts.measuring_import.fields import FIELDS, Verdict
from scripts.measuring_import.figures import Judged, Tally, tallied

__all__ = ["as_json", "as_markdown", "mistakes"]

_INTRODUCTION = """\
# What import finds

How well the readers and the parser take replies out of documents: the {documents} documents of
`tests/data/{folder}/`, invented in the layouts and formats that municipalities send, each with a
file that says what a careful registrar would take from it. Made by `scripts/evaluate_import.py` at
commit `{commit}`, {date}.

- A *field* (title, municipality, interpellants, respondents, date, dnr) is right when all of it is
  right; missing when less is given than the document gives, and nothing else; otherwise wrong. A
  title's first letter, quotation marks and full stop do not count, nor the order of the words of a
  role ("nämndens ordförande", "ordförande i nämnden").
- A *paragraph* is right when most of it lies in a passage of its kind. A question from the list at
  the start counts as background where it is kept as the question of an answer. Formalities
  ("Interpellationen är besvarad") may be left out.
- An *answer* is right when it is one, and its question and number are.
- *Unsafe* paragraphs are the worst: the interpellant's words in an official passage.
"""


def as_markdown(judged: Sequence[Judged], folder: str, commit: str, date: str) -> str:
    """Return the results page."""
    total = tallied(judged)
    parts = [
        _INTRODUCTION.format(documents=total.documents, folder=folder, commit=commit, date=date),
        "## In total\n",
        _totals(total),
        "## By layout\n",
        _layouts(judged, total),
        "## By field\n",
        _fields(judged),
        "## By kind\n",
        _kinds(judged),
    ]
    wrong = list(mistakes(judged))
    parts += ["## What is not right\n", "\n".join(f"- {one}" for one in wrong) or "Nothing."]
    unread = [one for one in judged if one.unreadable]
    if unread:
        parts.append("## Not measured here\n")
        parts.append("\n".join(f"- `{one.expected.path.name}`: {one.unreadable}" for one in unread))
    return "\n".join(parts) + "\n"


def _totals(tally: Tally) -> str:
    rows = [
        ("fields right or missing, never wrong", _percent(tally.fields_never_wrong)),
        ("fields right", _percent(tally.fields_right)),
        ("fields missing: said so, silent", _missing(tally)),
        ("paragraphs of the right kind", _percent(tally.kinds_right)),
        ("paragraphs lost", _percent(tally.lost_share)),
        ("official paragraphs shown as background", str(tally.official_as_background)),
        ("answers with the right question", _percent(tally.questions_right)),
        ("unsafe paragraphs", str(tally.unsafe)),
        ("replies, lost, invented", f"{tally.replies}, {tally.lost_replies}, "
         f"{tally.invented_replies}"),
        ("refused rightly", f"{tally.right_refusals} of {tally.refusals}"),
        ("passages not verbatim", str(tally.faults)),
    ]  # fmt: skip
    return _table(("what", "figure"), rows)


def _missing(tally: Tally) -> str:
    return f"{tally.fields[Verdict.SAID_MISSING]}, {tally.fields[Verdict.MISSING]}"


def _layouts(judged: Sequence[Judged], total: Tally) -> str:
    names = sorted({one.expected.layout for one in judged})
    tallies = {
        name: tallied(one for one in judged if one.expected.layout == name) for name in names
    }
    tallies["all"] = total
    head = ("layout", "documents", "fields never wrong", "fields right", "kinds right", "lost",
            "questions right", "unsafe", "refused rightly")  # fmt: skip
    return _table(head, [_layout(name, one) for name, one in tallies.items()])


def _layout(name: str, tally: Tally) -> tuple[str, ...]:
    documents = str(tally.documents)
    if tally.unreadable:
        documents += f" ({tally.unreadable} not read)"
    replies = (
        _percent(tally.fields_never_wrong),
        _percent(tally.fields_right),
        _percent(tally.kinds_right),
        _percent(tally.lost_share),
        _percent(tally.questions_right),
        str(tally.unsafe),
    )
    refused = f"{tally.right_refusals} of {tally.refusals}" if tally.refusals else "–"
    return (name, documents, *(replies if tally.replies else ("–",) * len(replies)), refused)


def _fields(judged: Iterable[Judged]) -> str:
    outcomes = [field for one in judged for reply in one.fields for field in reply]
    rows = [
        (name, *(str(sum(o.field == name and o.verdict is v for o in outcomes)) for v in Verdict))
        for name in FIELDS
    ]
    return _table(("field", *Verdict), rows)


def _kinds(judged: Iterable[Judged]) -> str:
    outcomes = [p for one in judged for reply in one.paragraphs for p in reply if not p.formal]
    rows = []
    for kind in PassageKind:
        own = [p for p in outcomes if p.wanted.kind is kind]
        share = sum(p.share for p in own) / len(own) if own else 1.0
        right = sum(p.right for p in own)
        rows.append((kind.value, str(len(own)), str(right), _percent(share)))
    return _table(("kind", "paragraphs", "right", "of their letters"), rows)


def mistakes(judged: Iterable[Judged]) -> Iterable[str]:
    """Yield one line for each thing that is not right."""
    for one in judged:
        name = f"`{one.expected.path.name}`"
        if one.refused_rightly is False:
            found = one.reading.refused or f"{one.invented_replies} replies"
            yield f"{name}: is {one.expected.refused}, taken for {found}"
        elif one.lost_replies or one.invented_replies:
            yield (
                f"{name}: {one.lost_replies} replies lost, {one.invented_replies} invented"
                f"{_because(one)}"
            )
        for reply in one.fields:
            for field in reply:
                if field.verdict is not Verdict.RIGHT:
                    yield (
                        f"{name}: {field.field} {field.verdict}: {field.found}, not {field.wanted}"
                    )
        for outcomes in one.paragraphs:
            for p in outcomes:
                start = p.wanted.text[:60]
                if p.unsafe:
                    yield f"{name}: UNSAFE: {p.unsafe[:160]}"
                if not p.right and not p.formal:
                    yield f"{name}: {p.wanted.kind} taken for {p.lies}: {start}"
                if p.right_question is False:
                    asked = f"{p.wanted.number}: {p.wanted.question}"
                    yield f"{name}: answers {asked!r}, not {p.question!r}: {start}"
        for fault in one.reading.faults:
            yield f"{name}: {fault}"


def _because(one: Judged) -> str:
    return f" ({one.reading.reason})" if one.reading.reason else ""


def as_json(judged: Sequence[Judged], commit: str, date: str) -> str:
    """Return the figures as one JSON document."""
    layouts = sorted({one.expected.layout for one in judged})
    content = {
        "commit": commit,
        "date": date,
        "total": _figures(tallied(judged)),
        "layouts": {
            name: _figures(tallied(one for one in judged if one.expected.layout == name))
            for name in layouts
        },
        "mistakes": list(mistakes(judged)),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _figures(tally: Tally) -> dict[str, Any]:
    shares = {
        "fields_never_wrong": tally.fields_never_wrong,
        "fields_right": tally.fields_right,
        "kinds_right": tally.kinds_right,
        "lost_share": tally.lost_share,
        "questions_right": tally.questions_right,
    }
    return {**asdict(tally), **{name: round(share, 4) for name, share in shares.items()}}


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
