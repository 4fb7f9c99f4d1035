"""Asking: ask, search, similar, show."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.batch import BadLine, QuestionLine, read_questions
from bot.cli.filters import first_day, last_day, part_of_name, party_of
from bot.cli.session import Session, cleaned, notice, session_of
from bot.errors import QuestionError, UsageError
from knowledge.errors import KommunsvarError, UnknownReply
from knowledge.model import PassageKind

if TYPE_CHECKING:
    from bot.cli.doors import Answering

__all__ = ["COMMANDS", "ask", "search", "show", "similar"]

_LIMIT = typer.Option(3, "--limit", min=1, max=1000, help="How many candidates in `hits`.")
_JSON = typer.Option(False, "--json", help="Print one JSON document.")


def ask(
    context: typer.Context,
    question: list[str] | None = typer.Argument(
        None, metavar="QUESTION", help="The question, in everyday words; quotes may be left out."
    ),
    batch: Path | None = typer.Option(
        None,
        "--batch",
        metavar="FILE",
        help="Questions instead of one: plain lines, or JSON lines with `question`; - is stdin.",
    ),
    limit: int = _LIMIT,
    as_json: bool = _JSON,
) -> None:
    """Answer a question with the official passage and its source."""
    session = session_of(context)
    if (question is None) == (batch is None):
        raise UsageError("ask needs either a QUESTION or --batch FILE; see kommunsvar ask --help")
    if question is not None:
        with session.service() as service:
            print(_answered(session, service, cleaned(" ".join(question)), limit, as_json))
    elif batch is not None:
        if str(batch) != "-" and (batch.is_dir() or not batch.exists()):
            raise UsageError(f"--batch {batch}: no such file")
        with session.service() as service:
            _ask_all(session, service, batch, limit, as_json)


def _ask_all(session: Session, service: Answering, batch: Path, limit: int, as_json: bool) -> None:
    # Answer by answer, so that another program can write a question and wait for its line.
    # As JSON every line has its object, an empty or a bad one too; as text empty ones are left out.
    for entry in _lines_of(batch):
        if not (entry.text or as_json):
            continue
        try:
            if isinstance(entry, BadLine):
                raise QuestionError(entry.problem)
            text = _answered(session, service, cleaned(entry.text), limit, as_json)
        except QuestionError as exc:
            session.failed = True
            notice(f"kommunsvar: {batch}, line {entry.line}: {exc}")
            if as_json:
                print(_not_asked(service, cleaned(entry.text), exc), flush=True)
            continue
        heading = "" if as_json else f"> {cleaned(entry.text)}\n\n"
        print(f"{heading}{text}", end="\n" if as_json else "\n\n\n", flush=True)


def _not_asked(service: Answering, question: str, problem: QuestionError) -> str:
    """Return the JSON line of a question that cannot be asked: an answer without hits."""
    from bot.model import Answer, Decision
    from bot.render import json
    from bot.render.links import Links
    from index.model import Query

    # A search for anything tells what would have been searched, and in which version.
    results = replace(service.search(Query("kommunen", limit=1)), hits=(), took_ms=0.0)
    answer = Answer(question, Decision.NONE, 0.0, (), results)
    return json.dump({**json.answer(answer, Links()), "error": str(problem)})


def _lines_of(batch: Path) -> Iterator[QuestionLine | BadLine]:
    if str(batch) == "-":
        yield from read_questions(sys.stdin.buffer)
    else:
        with batch.open("rb") as lines:
            yield from read_questions(lines)


def _answered(
    session: Session, service: Answering, question: str, limit: int, as_json: bool
) -> str:
    answer = service.ask(question, limit=limit)
    if as_json:
        from bot.render import json

        return json.dump(json.answer(answer, session.links()))
    return session.speaker().answer(answer)


def search(
    context: typer.Context,
    words: list[str] = typer.Argument(metavar="WORDS", help="What to look for."),
    date_from: date | None = typer.Option(
        None,
        "--from",
        metavar="DATE",
        parser=first_day,
        help="First day of the reply: YYYY-MM-DD, YYYY-MM or YYYY.",
    ),
    date_to: date | None = typer.Option(
        None,
        "--to",
        metavar="DATE",
        parser=last_day,
        help="Last day of the reply: YYYY-MM-DD, YYYY-MM or YYYY.",
    ),
    party: str | None = typer.Option(
        None, "--party", metavar="P", help="Anyone's party: S, (S) or its name."
    ),
    respondent: str | None = typer.Option(
        None, "--respondent", metavar="NAME", help="Part of the name of who answered."
    ),
    interpellant: str | None = typer.Option(
        None, "--interpellant", metavar="NAME", help="Part of the name of who asked."
    ),
    kind: list[PassageKind] | None = typer.Option(
        None, "--kind", help="Whose words; may be given more than once."
    ),
    limit: int = typer.Option(10, "--limit", min=1, max=1000, help="How many hits."),
    as_json: bool = _JSON,
) -> None:
    """Search the passages of all replies, with filters, for staff."""
    from index.model import Filters, Query

    if date_from and date_to and date_from > date_to:
        raise UsageError(f"--from {date_from} is later than --to {date_to}")
    session = session_of(context)
    filters = Filters(
        date_from=date_from,
        date_to=date_to,
        party=party_of(party),
        respondent=part_of_name(respondent),
        interpellant=part_of_name(interpellant),
        kinds=frozenset(kind or ()),
    )
    with session.service() as service:
        results = service.search(Query(cleaned(" ".join(words)), limit, filters))
    if as_json:
        from bot.render import json

        print(json.dump(json.hits(results.hits, session.links())))
    else:
        print(session.speaker().hits(results.hits, results.searched, filters))


def similar(
    context: typer.Context,
    file: Path = typer.Argument(
        metavar="FILE", exists=True, dir_okay=False, help="A new interpellation."
    ),
    limit: int = typer.Option(3, "--limit", min=1, max=1000, help="How many hits a question."),
    as_json: bool = _JSON,
) -> None:
    """Find earlier answers to the questions of an interpellation."""
    from knowledge.intake import load

    session = session_of(context)
    data = load(file)
    with session.service() as service:
        questions = service.similar(file.name, data, limit=limit)
    if as_json:
        from bot.render import json

        print(json.dump(json.similar(questions, session.links())))
    else:
        print(session.speaker().similar(questions))


def show(
    context: typer.Context,
    id: str = typer.Argument(metavar="ID", help="<reply id> or <reply id>#<passage id>."),
    revision: str | None = typer.Option(
        None,
        "--revision",
        metavar="N",
        help="An earlier text, or `next` for a correction that waits to be published.",
    ),
    as_json: bool = _JSON,
) -> None:
    """Show a reply or one of its passages, whole, with source and history; a draft too."""
    from bot.texts import UNKNOWN_REPLY

    session = session_of(context)
    with session.service() as service:
        try:
            wanted = None if revision is None else cleaned(revision).strip()
            shown = service.show(cleaned(id).strip(), drafts=True, revision=wanted)
        except UnknownReply as exc:
            raise KommunsvarError(UNKNOWN_REPLY.format(id=exc.reply_id)) from exc
    if as_json:
        from bot.render import json

        print(json.dump(json.shown(shown, session.links())))
    else:
        from bot.render.record import shown_text

        print(shown_text(shown, session.speaker(), staff=True))


COMMANDS = (ask, search, similar, show)
