"""Whatever goes wrong for an admin is told in their language: every class of errors, walked."""

from __future__ import annotations

import errno
import pickle
import re
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import bot
import index
import knowledge
from bot.catalogue import catalogue_for
from bot.channels.telegram.telling import why
from bot.errors import OfficeError, QuestionError, WithdrawnReply
from bot.office import _rebuilt
from index.errors import EncoderUnavailable, IndexLocked, NoIndex, VersionError
from index.glossary import GlossaryError
from knowledge.errors import (
    DocumentError,
    KommunsvarError,
    RecordError,
    ReviewStateError,
    StoreError,
    UnknownReply,
    disk_trouble,
)
from knowledge.model import Status
from knowledge.review import publish, withdraw
from tests.builders import reply

NEVER_AN_ADMINS = {"ChannelError", "ConfigError", "PortError", "UsageError", "FolderGone"}
"""What only the command line, or the start of the service, can meet."""
SWEDISH_ALREADY = {"DocumentError", "NotAReply", "QuestionError", "ReadingStopped"} | {
    "SearchError", "UnreadableDocument",
}  # fmt: skip

SAMPLES: tuple[KommunsvarError, ...] = (
    StoreError("/srv/home/knowledge/a.yaml", "No space left on device", number=errno.ENOSPC),
    StoreError("/srv/home", "no", number=errno.EACCES, consequence="a syns fortfarande."),
    RecordError("/srv/home/knowledge/a.yaml", "unknown key", field="colour", line=3),
    RecordError("a.yaml", "is empty"),
    UnknownReply("a"),
    ReviewStateError("a", "was already published", why="är redan publicerat"),
    VersionError("000002", "manifest.yaml is not as it was written"),
    VersionError(None, "cannot read the vectors"),
    NoIndex("/srv/home"),
    IndexLocked("another command is changing the index"),
    EncoderUnavailable("embedded", "its model file is damaged"),
    GlossaryError("glossary.yaml: entry 3 must be a mapping"),
    OfficeError("the work was ended from outside", "Arbetet avbröts utifrån."),
    WithdrawnReply("the reply was withdrawn", "Svaret är återkallat."),
)


def classes(of: type[KommunsvarError] = KommunsvarError) -> Iterator[type[KommunsvarError]]:
    for one in of.__subclasses__():
        yield one
        yield from classes(one)


def test_every_error_that_can_reach_an_admin_has_a_swedish_sentence() -> None:
    for package in (knowledge, index, bot):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                import_module(module.name)
    own = {one.__name__ for one in classes() if one.__module__.split(".")[0] != "tests"}
    own.remove("BilingualError")  # only what is made of it is raised
    assert own - NEVER_AN_ADMINS - SWEDISH_ALREADY == {type(one).__name__ for one in SAMPLES}


@pytest.mark.parametrize("error", SAMPLES, ids=lambda one: type(one).__name__)
def test_it_is_swedish_and_no_more(error: KommunsvarError) -> None:
    said = error.swedish
    assert said != str(error)
    assert said.endswith(".")
    assert not re.search(r"\b(the|is|cannot|run|and|with|was|not)\b|/srv/|`", said), said


@pytest.mark.parametrize("error", SAMPLES, ids=lambda one: type(one).__name__)
def test_it_comes_unchanged_from_the_process_that_does_the_work(error: KommunsvarError) -> None:
    parts = pickle.loads(pickle.dumps((type(error), error.args, error.__dict__)))
    again = _rebuilt(*parts)
    assert isinstance(again, type(error))
    assert (str(again), again.swedish) == (str(error), error.swedish)


@pytest.mark.parametrize("error", SAMPLES, ids=lambda one: type(one).__name__)
def test_an_admin_in_telegram_reads_it_in_the_own_language(error: KommunsvarError) -> None:
    assert why(error, catalogue_for("sv"), Path("/srv/home")) == error.swedish
    said = why(error, catalogue_for("en"), Path("/srv/home"))
    assert said.endswith(".")
    assert not re.search(r"[åäö]|/srv/home/|`|kommunsvar (publish|withdraw|reindex)", said), said


def test_in_english_the_operators_commands_are_the_admins() -> None:
    def said(error: KommunsvarError) -> str:
        return why(error, catalogue_for("en"), Path("/srv/home"))

    assert said(VersionError("000002", "is old; run `kommunsvar reindex`")) == (
        "Index version 000002: is old; run /indexera."
    )
    assert said(SAMPLES[2]) == "knowledge/a.yaml, line 3: colour: unknown key."
    assert said(UnknownReply("a")) == "There is no reply with the id a."
    swedish = "dikt.txt: filen är tom."
    assert said(DocumentError("dikt.txt", "filen är tom.")).splitlines() == [
        swedish,
        "The remarks on the document are in Swedish, the language of the record.",
    ]


def test_what_is_swedish_already_stays_as_it_is() -> None:
    for error in (DocumentError("a.pdf", "filen är tom"), QuestionError("Skriv en fråga.")):
        assert error.swedish == str(error)


def test_a_wrong_state_says_since_when() -> None:
    day = date(2025, 3, 18)
    shown = publish(reply("a", status=Status.DRAFT), day)
    with pytest.raises(ReviewStateError) as published:
        publish(shown, day)
    assert published.value.swedish == "a är redan publicerat sedan 18 mars 2025."
    gone = withdraw(shown, "fel dokument", day)
    with pytest.raises(ReviewStateError) as withdrawn:
        withdraw(gone, "fel dokument", day)
    assert withdrawn.value.swedish == "a är redan återkallat sedan 18 mars 2025 (fel dokument)."


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO, 9999, None])
def test_every_number_of_the_disk_is_told(number: int | None) -> None:
    assert disk_trouble(number)
