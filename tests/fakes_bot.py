"""Fakes of the program behind the command line, and builders of what it gives back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.administration import ImportReport, ReviewReport, VerifyReport
from bot.errors import QuestionError
from bot.model import Answer, Decision, Shown, SimilarQuestion
from bot.texts import EMPTY_QUESTION, EMPTY_SEARCH
from index.model import Hit, IndexedPassage, IndexedReply, Query, ResultSet, Searched
from index.reindex import BuildReport
from index.versions import VersionInfo
from knowledge.errors import KommunsvarError, UnknownReply
from knowledge.importing import ImportEntry, ImportStatus
from knowledge.model import Passage, PassageKind, Person, Reply, Source, Span, Status

if TYPE_CHECKING:
    from bot.cli.doors import Progress
    from bot.settings import Settings

REPLY_ID = "2025-03-17-skolskjutsen-pa-landsbygden"
QUESTION = "Hur långt får det vara till hållplatsen?"
PASSAGE = (
    "Avståndet mellan hemmet och hållplatsen får vara högst:\n"
    "• två kilometer för elever i förskoleklass till årskurs 3\n"
    "• fyra kilometer för elever i årskurs 7–9"
)
SEARCHED = Searched(replies=48, passages=312, latest=date(2025, 3, 17))

INDEXED = IndexedReply(
    id=REPLY_ID,
    title="Skolskjutsen på landsbygden",
    municipality="Exempelby kommun",
    interpellants=(Person("Karin Ek", "C"),),
    respondents=(Person("Lars Holm", "S", "Ordförande i barn- och utbildningsnämnden"),),
    answered_on=date(2025, 3, 17),
    dnr="KS 2025/112",
    source="svar om skolskjuts.pdf",
    url=None,
    newer=None,
)


def make_hit(
    text: str = PASSAGE,
    *,
    reply: IndexedReply = INDEXED,
    own_id: str = "q1",
    kind: PassageKind = PassageKind.ANSWER,
    number: int | None = 1,
    question: str | None = QUESTION,
    page: int | None = 1,
    confidence: float = 0.93,
) -> Hit:
    """Build one passage found."""
    passage = IndexedPassage(f"{reply.id}#{own_id}", reply.id, kind, text, number, question, page)
    return Hit(passage, reply, 0.8, confidence, {"cosine": 0.7})


def make_answer(
    *shown: Hit,
    decision: Decision = Decision.ANSWER,
    searched: Searched = SEARCHED,
    elsewhere: tuple[str, ...] = (),
) -> Answer:
    """Build the outcome of one question."""
    results = ResultSet(
        Query(QUESTION), shown, searched, "000001", {"answer": 0.5}, 1.25, 0.9, elsewhere
    )
    confidence = shown[0].confidence if shown else 0.0
    return Answer(QUESTION, decision, confidence, shown, results)


def make_reply(status: Status = Status.PUBLISHED) -> Reply:
    """Build a stored reply whose passages are of every kind."""
    parts = [
        ("b1", PassageKind.BACKGROUND, "Interpellanten menar att inget\nfungerar."),
        ("", None, QUESTION),
        ("q1", PassageKind.ANSWER, PASSAGE),
        ("s1", PassageKind.STATEMENT, "Nämnden följer frågan."),
    ]
    text, passages, question = "", [], None
    for own_id, kind, part in parts:
        span = Span(len(text), len(text) + len(part))
        text += part + "\n\n"
        if kind is None:
            question = span
        else:
            answer = kind is PassageKind.ANSWER
            asked = question if answer else None
            passages.append(Passage(own_id, kind, span, 1 if answer else None, asked, 1))
    return Reply(
        id=REPLY_ID,
        status=status,
        text=text.rstrip(),
        passages=tuple(passages),
        title=INDEXED.title,
        municipality=INDEXED.municipality,
        interpellants=INDEXED.interpellants,
        respondents=INDEXED.respondents,
        answered_on=INDEXED.answered_on,
        dnr=INDEXED.dnr,
        source=Source("svar om skolskjuts.pdf", "0" * 64, 2),
    )


@dataclass
class FakeService:
    """Knows one matter: a question with "hållplats" is answered, "väg" is near, all else is not.

    Attributes:
        asked: every question that reached it, in order.
        queries: every staff search, in order.
        status: of the one reply; a draft is there only for those who may see drafts.
    """

    warnings: Sequence[str] = ()
    asked: list[str] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    status: Status = Status.PUBLISHED

    def ask(self, question: str, *, limit: int = 3) -> Answer:
        """Answer by keyword."""
        self.asked.append(question)
        if not question.strip():
            raise QuestionError(EMPTY_QUESTION)
        if "hållplats" in question.casefold():
            return replace(make_answer(make_hit()), question=question)
        if "väg" in question.casefold():
            near = make_answer(make_hit(confidence=0.2), decision=Decision.RELATED)
            return replace(near, question=question)
        return replace(make_answer(decision=Decision.NONE), question=question)

    def search(self, query: Query) -> ResultSet:
        """Find the one passage, and the interpellant's words; nothing for other parties than C."""
        if not any(character.isalnum() for character in query.text):
            raise QuestionError(EMPTY_SEARCH)
        self.queries.append(query)
        if query.filters.party not in {None, "C"}:
            return ResultSet(query, (), SEARCHED, "000001", {}, 1.0, 0.9)
        background = make_hit(
            "Interpellanten menar att inget fungerar.",
            own_id="b1", kind=PassageKind.BACKGROUND, number=None, question=None,
        )  # fmt: skip
        return ResultSet(query, (make_hit(), background), SEARCHED, "000001", {}, 1.0, 0.9)

    def similar(
        self, file_name: str, data: bytes, *, limit: int = 3
    ) -> tuple[SimilarQuestion, ...]:
        """Take every line as a question, after its number and a blank if it has one."""
        found = []
        for line in data.decode().splitlines():
            number, _, rest = line.partition(" ")
            text = rest if number.isdigit() else line
            hits = (make_hit(),) if "hållplats" in line else ()
            found.append(SimilarQuestion(int(number) if number.isdigit() else None, text, hits))
        return tuple(found)

    def show(self, id: str, *, drafts: bool = False, revision: str | None = None) -> Shown:
        """Return the one reply."""
        reply = make_reply(self.status)
        reply_id, _, own_id = id.partition("#")
        if reply_id != reply.id or (self.status is Status.DRAFT and not drafts):
            raise UnknownReply(id)
        if self.status is Status.WITHDRAWN:
            raise KommunsvarError("Svaret är återkallat.")
        passage = next((one for one in reply.passages if one.id == own_id), None)
        return Shown(reply, passage, None)

    def searched(self) -> Searched:
        """Return what there is."""
        return SEARCHED


BUILD = BuildReport("000002", 48, 312, 7, 305, 1.25)


@dataclass
class FakeAdministration:
    """Takes every file that is not called "broken…" for the one reply; remembers its calls.

    Attributes:
        calls: every change asked for, in order.
        faults: what `verify` finds.
    """

    calls: list[tuple[object, ...]] = field(default_factory=list)
    faults: tuple[str, ...] = ()

    def import_files(
        self,
        paths: Sequence[Path],
        *,
        dry_run: bool = False,
        publish: bool = True,
        told: Callable[[ImportEntry], None] | None = None,
        stopped: Callable[[], bool] | None = None,
    ) -> ImportReport:
        """Understand the files by their names."""
        self.calls.append(("import", tuple(path.name for path in paths), dry_run, publish))
        entries = []
        for path in paths:
            if path.name.startswith("broken"):
                error = "dokumentet är skadat."
                entries.append(ImportEntry(path.name, ImportStatus.FAILED, error=error))
            else:
                entries.append(self._understood(path.name, publish))
        if told is not None:
            for entry in entries:
                told(entry)
        return ImportReport(tuple(entries), BUILD if publish and not dry_run else None)

    def _understood(self, file: str, published: bool) -> ImportEntry:
        reply = make_reply(Status.PUBLISHED if published else Status.DRAFT)
        old = file.startswith("old")
        return ImportEntry(
            file,
            ImportStatus.UNCHANGED if old else ImportStatus.IMPORTED,
            reply.id,
            reply.title,
            Counter(passage.kind for passage in reply.passages),
            () if old else ("dnr: dokumentet anger inget diarienummer.",),
            reply=reply,
        )

    def load_examples(self) -> ImportReport:
        """Import one example."""
        return self.import_files([Path("example.txt")])

    def publish(self, ids: Sequence[str]) -> ReviewReport:
        """Publish the one reply."""
        self.calls.append(("publish", tuple(ids)))
        return ReviewReport((make_reply(),), BUILD)

    def withdraw(self, ids: Sequence[str], reason: str) -> ReviewReport:
        """Withdraw the one reply."""
        self.calls.append(("withdraw", tuple(ids), reason))
        return ReviewReport((make_reply(Status.WITHDRAWN),), BUILD)

    def reindex(self, *, full: bool = False) -> BuildReport:
        """Build nothing; tell of one broken record."""
        self.calls.append(("reindex", full))
        return replace(BUILD, problems=("x.yaml, line 3: status: wrong; left out of the index",))

    def versions(self) -> tuple[VersionInfo, ...]:
        """Return a live version and a damaged one."""
        created = datetime(2025, 3, 18, 9, 30, tzinfo=UTC)
        return (
            VersionInfo("000002", True, created, 48, 312, "embedded", 2_400_000, None),
            VersionInfo("000001", False, None, 0, 0, None, 1_000, "passages.bin: checksum differs"),
        )

    def rollback(self, version: str | None = None) -> VersionInfo:
        """Return the live version."""
        self.calls.append(("rollback", version))
        return self.versions()[0]

    def verify(self) -> VerifyReport:
        """Report the faults."""
        return VerifyReport(48, 312, self.faults)


@dataclass
class FakeHome:
    """Opens fakes where the program would open a home; remembers with which settings."""

    service: FakeService = field(default_factory=FakeService)
    administration: FakeAdministration = field(default_factory=FakeAdministration)
    opened: list[Path] = field(default_factory=list)

    def open_service(self, settings: Settings) -> FakeService:
        """Stand in for `bot.wiring.open_service`."""
        self.opened.append(settings.home)
        return self.service

    def open_administration(
        self, settings: Settings, progress: Progress | None
    ) -> FakeAdministration:
        """Stand in for `bot.wiring.open_administration`."""
        self.opened.append(settings.home)
        return self.administration
