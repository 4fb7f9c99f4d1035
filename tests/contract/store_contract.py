"""What every `Store` does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.errors import RecordError, UnknownReply
from knowledge.importing import ImportStore
from knowledge.model import Source, Span, Status
from tests.builders import reply


class StoreContract:
    """Subclasses give a fixture `store`, an empty store."""

    def test_an_empty_store_holds_nothing(self, store: ImportStore) -> None:
        assert store.ids() == ()
        assert store.load_all() == ((), ())
        with pytest.raises(UnknownReply, match="2025-nej"):
            store.load("2025-nej")

    @pytest.mark.parametrize("id", ["", "..", "../x", "a/b", "a\0b"])
    def test_an_odd_id_is_unknown(self, store: ImportStore, id: str) -> None:
        with pytest.raises(UnknownReply):
            store.load(id)

    def test_what_was_saved_comes_back_sorted(self, store: ImportStore) -> None:
        two, one = reply("b"), reply("a")
        store.save([two, one])
        assert store.ids() == ("a", "b")
        assert store.load("b") == two
        assert store.load_all() == ((one, two), ())

    def test_saving_replaces(self, store: ImportStore) -> None:
        store.save([reply("a")])
        changed = replace(reply("a"), status=Status.WITHDRAWN)
        store.save([changed])
        assert store.load("a") == changed
        assert store.load_all() == ((changed,), ())

    def test_a_wrong_reply_is_refused_and_nothing_is_written(self, store: ImportStore) -> None:
        bad = reply("b")
        bad = replace(bad, passages=(replace(bad.passages[0], span=Span(0, 10_000)),))
        with pytest.raises(RecordError, match="outside the text"):
            store.save([reply("a"), bad])
        assert store.ids() == ()

    def test_sources_come_back(self, store: ImportStore) -> None:
        assert store.source("svar.pdf") is None
        assert store.add_source("svar.pdf", b"ett") == "svar.pdf"
        assert store.source("svar.pdf") == b"ett"

    def test_the_same_bytes_are_kept_once(self, store: ImportStore) -> None:
        assert store.add_source("svar.pdf", b"ett") == store.add_source("svar.pdf", b"ett")

    def test_another_document_of_that_name_gets_a_number(self, store: ImportStore) -> None:
        store.add_source("svar.pdf", b"ett")
        assert store.add_source("svar.pdf", b"tva") == "svar-2.pdf"
        assert store.add_source("svar.pdf", b"tre") == "svar-3.pdf"
        assert store.add_source("svar.pdf", b"tva") == "svar-2.pdf"
        assert store.source("svar.pdf") == b"ett"
        assert store.source("svar-3.pdf") == b"tre"

    def test_documents_are_known_by_their_digests(self, store: ImportStore) -> None:
        assert store.document_digests() == frozenset()
        first, second, third = (Source(f"{n}.pdf", str(n) * 64) for n in range(3))
        store.save([replace(reply("a"), source=first), replace(reply("b"), source=None)])
        store.archive("a", 1)
        store.save([replace(reply("a"), source=second)])
        store.save_waiting(replace(reply("a"), source=third))
        assert store.document_digests() == {"0" * 64, "1" * 64, "2" * 64}

    def test_a_dropped_source_is_gone(self, store: ImportStore) -> None:
        store.add_source("svar.pdf", b"ett")
        store.drop_source("svar.pdf")
        store.drop_source("svar.pdf")
        assert store.source("svar.pdf") is None
