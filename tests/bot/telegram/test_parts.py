from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import Allowance, Decided, Role, Roles
from bot.audit import AuditLog
from bot.catalogue import LANGUAGES, catalogue_for, read_catalogue
from bot.channels.telegram.data import (
    MAX_BYTES,
    Action,
    Pressed,
    Resolver,
    button,
    digest,
    link_payload,
    own_id,
    read,
    read_payload,
)
from bot.channels.telegram.ids import MessageIds
from bot.channels.telegram.inbox import Inbox
from bot.channels.telegram.ledger import Ledger
from bot.errors import SearchError
from bot.feedback import Feedback, FeedbackJournal
from bot.search_words import read_search
from index.model import Filters
from knowledge.model import PassageKind

BOT = Path(__file__).parents[3] / "bot"
IDS = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,20}", fullmatch=True)
OWN = st.one_of(st.from_regex(r"[qsb][0-9]{1,3}", fullmatch=True), st.text(min_size=1))


@given(IDS, OWN)
def test_what_a_button_carries_fits_and_comes_back(reply_id: str, own: str) -> None:
    arguments = (digest(reply_id), own_id(f"{reply_id}#{own}"), "related", "000001")
    data = button(Action.NOT_HELPFUL, *arguments)
    assert len(data.encode()) <= MAX_BYTES == 64
    assert read(data) == Pressed(Action.NOT_HELPFUL, arguments)


@given(IDS, st.one_of(st.none(), OWN))
def test_a_link_is_one_that_telegram_passes_on_and_finds_its_passage(
    reply_id: str, own: str | None
) -> None:
    id = None if own is None else f"{reply_id}#{own}"
    payload = link_payload(reply_id, id)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    target = read_payload(payload)
    assert target is not None
    assert Resolver(lambda: [reply_id]).reply_id(target[0]) == reply_id
    assert target[1] == (None if id is None else own_id(id))


@pytest.mark.parametrize("data", ["", "x", "zz:1", ":", "w" * 70])
def test_a_button_of_nobodys_means_nothing(data: str) -> None:
    assert read(data) is None


def test_what_does_not_fit_into_a_button_is_refused() -> None:
    with pytest.raises(ValueError, match="w:"):
        button(Action.WHOLE, "x" * 70)
    with pytest.raises(ValueError, match="a:b"):
        button(Action.WHOLE, "a:b")


def test_a_new_reply_is_found_by_a_resolver_from_before() -> None:
    ids = ["one"]
    resolver = Resolver(lambda: ids)
    assert resolver.reply_id(digest("two")) is None
    ids.append("two")
    assert resolver.reply_id(digest("two")) == "two"


def used_keys() -> set[str]:
    """Return the keys that stand in the program as plain strings."""
    files = [*BOT.rglob("channels/telegram/*.py"), *BOT.rglob("render/*.py")]
    text = "\n".join(path.read_text("utf-8") for path in files)
    return set(re.findall(r'(?:\bsay|\.tell\(\w+,)\(?\s*"([a-z_]+)"', text))


def test_every_language_says_everything_with_the_same_values() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    swedish, *others = (catalogue_for(language).texts for language in LANGUAGES)
    assert used_keys() <= set(swedish)
    for other in others:
        assert list(other) == list(swedish)
        assert [key for key in swedish if fields(other[key]) != fields(swedish[key])] == []


def test_unknown_languages_are_spoken_to_in_swedish() -> None:
    tags = {None: "sv", "": "sv", "fi": "sv", "sv-FI": "sv", "en": "en", "EN-us": "en"}
    assert {tag: catalogue_for(tag).language for tag in tags} == tags
    assert catalogue_for("en").day(date(2025, 3, 17)) == "17 March 2025"


def test_a_catalogue_is_read_as_gettext_writes_it() -> None:
    text = (
        'msgid ""\nmsgstr ""\n"Language: sv\\n"\n\n# note\nmsgid "a"\nmsgstr ""\n"x\\n"\n"\\"y"\n'
    )
    assert read_catalogue(text) == {"a": 'x\n"y'}
    with pytest.raises(ValueError, match="line 1"):
        read_catalogue("msgid a\n")


def test_roles_come_from_the_configuration_alone() -> None:
    roles = Roles(frozenset({1}), frozenset({2}))
    assert [roles.of(id) for id in (1, 2, 3)] == [Role.STAFF, Role.ADMIN, Role.RESIDENT]


def test_an_allowance_is_given_back_with_time() -> None:
    now = [0.0]
    allowance = Allowance(2, lambda: now[0])
    assert [allowance.ask(1) for _ in range(4)] == [0, 0, Decided.ASK_TO_WAIT, Decided.IGNORE]
    assert allowance.ask(2) is Decided.ALLOW
    now[0] = 31.0
    assert [allowance.ask(1) for _ in range(2)] == [Decided.ALLOW, Decided.ASK_TO_WAIT]
    assert {Allowance(0).ask(1) for _ in range(50)} == {Decided.ALLOW}


def test_the_ledger_outlives_a_kill_and_forgets_after_two_days(tmp_path: Path) -> None:
    now = [1_000_000.0]
    path = tmp_path / "journal" / "telegram.sqlite"
    ledger = Ledger(path, lambda: now[0])
    ledger.belong_to(4711)
    ledger.begin(7, 0, 41)
    assert ledger.sending(7, 0) == (41, None)
    ledger.sent(7, 0, 42)
    again = Ledger(path, lambda: now[0])  # the first one was never closed
    again.belong_to(4711)
    assert again.sending(7, 0) == (41, 42)
    assert not again.is_done(7)
    again.done(7)
    assert again.is_done(7)
    now[0] += 3 * 24 * 3600
    again.sweep()
    assert not again.is_done(7)
    again.done(8)
    again.belong_to(4712)
    assert not again.is_done(8)
    for one in (ledger, again):
        one.close()


def test_after_a_kill_the_ledger_knows_what_was_under_way(tmp_path: Path) -> None:
    path = tmp_path / "telegram.sqlite"
    ledger = Ledger(path)
    for update_id in (9, 7, 8):
        ledger.begin(update_id, 0, 40)
        ledger.begin(update_id, 1, 41)
    ledger.sent(8, 0, 41)
    ledger.done(9, 2)
    again = Ledger(path)  # the first one was never closed
    assert [again.is_done(number) for number in (7, 8, 9, 10)] == [False, False, True, False]
    assert again.sending(7, 0) == (40, None)
    assert [again.sending(8, part) for part in range(3)] == [(40, 41), (41, None), None]
    assert again.sending(9, 0) is None
    again.done(8, 2)
    again.sweep()
    assert ledger.is_done(8)
    for one in (ledger, again):
        one.close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT DISTINCT update_id FROM sent").fetchall() == [(7,)]


def test_what_follows_a_message_is_written_in_one_go(tmp_path: Path) -> None:
    path, soon = tmp_path / "telegram.sqlite", list[Callable[[], None]]()
    today = datetime.now(UTC).date()
    ledger = Ledger(path, soon=soon.append)

    def kept() -> tuple[list[tuple[int, int | None]], list[int], int]:
        with closing(sqlite3.connect(path)) as db:
            sent = db.execute("SELECT part, message_id FROM sent WHERE update_id = 7").fetchall()
            done = [row[0] for row in db.execute("SELECT update_id FROM done")]
            questions = db.execute("SELECT coalesce(sum(questions), 0) FROM days").fetchone()[0]
        return sent, done, questions

    ledger.begin(7, 0, 41)
    assert kept() == ([(0, None)], [], 0)  # before it is sent
    ledger.sent(7, 0, 42)
    ledger.begin(7, 1, 42)
    assert kept() == ([(0, 42), (1, None)], [], 0)
    ledger.sent(7, 1, 43)
    ledger.count_question(today)
    assert kept() == ([(0, 42), (1, None)], [], 0)
    ledger.done(7, 2)
    assert kept() == ([(0, 42), (1, 43)], [7], 1)
    ledger.begin(8, 0, 43)
    ledger.sent(8, 0, 44)
    assert len(soon) == 3
    soon[-1]()  # nothing else came
    with closing(Ledger(path)) as again:
        assert again.sending(8, 0) == (43, 44)
    ledger.count_question(today)
    assert ledger.questions_on(today) == 2
    ledger.count_question(today)
    ledger.close()
    assert kept()[2] == 3


def test_a_ledger_without_a_disk_still_works(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ledger = Ledger(tmp_path / "file" / "telegram.sqlite")
    ledger.done(1)
    assert ledger.is_done(1)
    ledger.close()
    ledger.done(2)  # refused by SQLite: logged, not raised
    assert not ledger.is_done(2)


def test_the_journal_holds_nobody_and_no_text(tmp_path: Path) -> None:
    path = tmp_path / "journal" / "feedback.sqlite"
    FeedbackJournal(path).record(Feedback("r#q1", "answer", True, "000001", date(2025, 3, 17)))
    db = sqlite3.connect(path)
    columns = [row[1] for row in db.execute("PRAGMA table_info(feedback)")]
    rows = db.execute("SELECT * FROM feedback").fetchall()
    db.close()
    assert columns == ["passage_id", "decision", "helpful", "index_version", "day"]
    assert rows == [("r#q1", "answer", 1, "000001", "2025-03-17")]


def test_the_audit_log_is_only_added_to(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "journal" / "audit.jsonl", lambda: datetime(2025, 3, 17, tzinfo=UTC))
    log.record("telegram:1", "publish", "done", replies=["r"])
    log.record("telegram:1", "withdraw", "failed", reason="å")
    text = (tmp_path / "journal" / "audit.jsonl").read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["what"] for line in lines] == ["publish", "withdraw"]
    assert lines[0] == {
        "at": "2025-03-17T00:00:00+00:00", "who": "telegram:1", "what": "publish",
        "outcome": "done", "replies": ["r"],
    }  # fmt: skip


def test_the_inbox_keeps_a_document_for_a_day_and_lets_no_name_out(tmp_path: Path) -> None:
    now = [datetime.now(UTC).timestamp()]
    inbox = Inbox(tmp_path / "inbox", lambda: now[0])
    key = inbox.keep("../../etc/passwd", b"x")
    path = inbox.find(key)
    assert path is not None
    assert path.parent == tmp_path / "inbox" / key
    assert path.read_bytes() == b"x"
    assert (tmp_path / "inbox").stat().st_mode & 0o077 == 0
    assert inbox.find("../inbox") is None
    inbox.sweep()
    assert inbox.find(key) == path
    now[0] += 25 * 3600
    inbox.sweep()
    assert inbox.find(key) is None


def test_ids_that_a_lost_message_may_have_got() -> None:
    ids = MessageIds()
    for number in (5, 6, 8, 10):
        ids.note(1, number)
    assert ids.newest(2) == 10  # private chats share a sequence
    assert ids.candidates(1, 5, 0)[:3] == [7, 9, 11]
    ids.note(-100, 3)
    assert ids.newest(-100) == 3
    assert ids.candidates(-100, 3, 1)[0] == 4


def test_filters_are_taken_out_of_the_words() -> None:
    search = read_search(
        'skolskjuts från:2024 till:2025-02 parti:(C) svarande:"Lars Holm" typ:svar'
    )
    assert search.words == "skolskjuts"
    assert search.filters == Filters(
        date(2024, 1, 1), date(2025, 2, 28), "C", "Lars Holm", None,
        frozenset({PassageKind.ANSWER}),
    )  # fmt: skip
    assert read_search("kl:14 http://x parti:").words == "kl:14 http://x"


@given(st.text())
def test_any_search_is_read_or_explained(text: str) -> None:
    try:
        read_search(text)
    except SearchError as exc:
        for language in LANGUAGES:
            assert catalogue_for(language)(exc.key, **exc.values)
