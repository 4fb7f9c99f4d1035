"""Hypothesis strategies of the values of `knowledge`."""

from __future__ import annotations

from hypothesis import strategies as st

from knowledge.model import (
    Change,
    Converted,
    Event,
    Passage,
    PassageKind,
    Person,
    Reply,
    Source,
    Span,
    Status,
)

AWKWARD = [
    "", " ", "  indrag", "a: b", "- x", "---", "...", "# nej", "'", '"', "{a: 1}", "null", "no",
    "2025-03-17", "😀 emoji", "slut\n", "slut\n\n", "\n\nbörjan", "\tflik", "a\u2028b", "a\x85b",
    "a\rb", "\ufeff", "%TAG", "| pipe", "> vik", "rad \n  rad", "a\x07b", "\x00", "1e3", "~", "=",
]  # fmt: skip
texts = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(st.sampled_from([*AWKWARD, "Svar: ja.", "å ä ö"]), max_size=6).map("\n".join),
)
ids = st.from_regex(r"\A[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}\Z")
optional_texts = st.none() | texts
people = st.lists(st.builds(Person, texts, optional_texts, optional_texts), max_size=2).map(tuple)
file_names = texts.map(lambda t: "f" + t.replace("/", "").replace("\\", ""))
digests = st.from_regex(r"\A[0-9a-f]{64}\Z")
sources = st.none() | st.builds(
    Source,
    file_names,
    digests,
    st.none() | st.integers(1, 999),
    optional_texts,
    st.none() | st.builds(Converted, file_names, digests),
)
histories = st.lists(
    st.builds(
        Event,
        st.dates(),
        st.sampled_from(Status),
        optional_texts,
        st.none() | st.sampled_from(Change),
        st.none() | st.integers(1, 99),
        optional_texts,
    ),
    max_size=3,
).map(tuple)


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    text = draw(texts)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    whole = st.just(Span(0, len(text))) if text else st.nothing()
    passages = [
        Passage(
            id=f"{draw(st.sampled_from(['q', 's: #', 'å']))}{at}",
            kind=draw(st.sampled_from(PassageKind)),
            span=Span(start, end),
            number=draw(st.none() | st.integers(1, 99)),
            question=draw(st.none() | whole),
            page=draw(st.none() | st.integers(1, 99)),
        )
        for at, (start, end) in enumerate(pairs)
    ]
    return Reply(
        id=draw(ids),
        status=draw(st.sampled_from(Status)),
        text=text,
        passages=tuple(draw(st.permutations(passages))),
        title=draw(optional_texts),
        municipality=draw(optional_texts),
        interpellants=draw(people),
        respondents=draw(people),
        answered_on=draw(st.none() | st.dates()),
        dnr=draw(optional_texts),
        replaces=tuple(draw(st.lists(ids, max_size=2))),
        language=draw(optional_texts),
        source=draw(sources),
        history=draw(histories),
    )
