"""The corpus builder, on two small checkouts made here in the forms of the real ones."""

import gzip
import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import build_corpus
from scripts.corpus import cleaning, government, interpellations
from scripts.corpus.outcome import Reason
from scripts.corpus.questions import split_questions, split_sentences
from scripts.training import pairs

# What cleaning has to cope with is made likely: marks, breaks, and what looks like them.
PIECES = st.sampled_from(
    [
        *("verksam", "heten", "barn", "och", "EU", "E", "é", "e", "\u0301", "\u00ad", "\u200b"),
        *("-", "- ", " ", "\u00a0", "\t", "\n", "*", "**", "[", "]", "(", ")", "!", "\\", "."),
        *("?", ":", "1.", "t.ex.", "Vad", "vill jag fråga", "”"),
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40)
WORDS = frozenset({"verksamheten", "heten", "verksam", "barn", "barn-och"})

LONG = "Kommunerna får stöd för att ordna simundervisning i alla skolor under hela läsåret."

PAGE = f"""# Stöd till **simundervisning**

(Ny version) {LONG}
Stödet kan sökas av alla.

Läs [hela beslutet (pdf)](/contentassets/1/beslut(2).pdf) om *verksam\u00ad- heten*.

![En bassäng](/bild.jpg)

Stödet får gå till:

* hyra av bassäng,
* lön till\u00a0lärare
  och ledare,

## Tom rubrik

### Så söker kommunen

1. Läs villkoren.
2. Skicka ansökan.

Verksamheten redovisas i verksamheten, barn- och ungdomsnämnden.
"""


def interpellation_file(
    number: str,
    body: str,
    *,
    title: str = "simhallar på landsbygden",
    full_title: str | None = None,
    asks: str = "Stina Bruksäng (x)",
    party: str | None = "x",
) -> str:
    full = full_title or f"1994/95:1 av {asks} till idrottsministern om {title}"
    state = f"<state type='partyAffiliation'><desc>{party}</desc></state>" if party else ""
    return f"""<?xml version='1.0' encoding='utf-8'?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="ipq-{number}">
  <teiHeader>
    <fileDesc>
      <titleStmt><title>{title}</title><author>{asks}</author></titleStmt>
      <sourceDesc><bibl><title>{full}</title></bibl></sourceDesc>
    </fileDesc>
    <profileDesc>
      <particDesc><listPerson>
        <person><persName>idrottsminister Arne Vadvik (y)</persName><idno>i-minister</idno></person>
        <person><persName>{asks}</persName>{state}<idno>i-asks</idno></person>
      </listPerson></particDesc>
      <correspDesc>
        <correspAction type="received" corresp="i-minister">
          <date when="1994-10-05"/>
        </correspAction>
        <correspAction type="sent" corresp="i-asks"><date when="1994-10-03"/></correspAction>
      </correspDesc>
    </profileDesc>
  </teiHeader>
  <text><body>
    <div type="ipqHeader"><div type="ipqTitle"><p>{full}</p></div></div>
    <div type="ipqBody">{body}</div>
  </body></text>
</TEI>
"""


BODY = """
<div type="ipContext">
  <p>
    Många simhallar i verksamheten är gamla. Verksamheten kostar, och
    ingen vet vem som ska betala för verksam- heten när pengarna
  </p>
  <note type="margin">Interpellationer 1994/95:1 - 20</note>
  <note type="pageNumber">7</note>
  <p>tar slut. Ska barnen simma i havet? Nej, barn- och ungdomar behöver en hall.</p>
</div>
<div type="ipQuestion">
  <p>Med anledning av detta vill jag fråga ministern:
    <list rend="ordered">
      <item>1. Vad avser ministern att göra, t.ex. för Norrby?</item>
      <item>2. När kan kommunerna vänta besked?</item>
    </list>
  </p>
</div>
"""


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def government_dir(tmp_path: Path) -> Path:
    items = [{"url": "/pressmeddelanden/2024/02/simning/", "published": "2024-02-09"}]
    english = "# Swimming\n\nThe municipalities will be given support for lessons in the schools.\n"
    return write(
        tmp_path / "pages",
        {
            "README.md": LONG,
            ".github/notes/2024/01/x.md": LONG,
            "api/codes.json": "{}",
            "artiklar.json": "version https://git-lfs.example/spec/v1",
            "pressmeddelanden.json": json.dumps(items),
            "pressmeddelanden/2024/02/simning.md": PAGE,
            "pressmeddelanden/2024/02/simning-igen.md": PAGE,
            "pressmeddelanden/2024/03/omtryck.md": PAGE.replace("# Stöd", "# Mera stöd", 1),
            "pressmeddelanden/2024/03/swimming.md": english,
            "rapporter/bilagor/2020/11/kort.md": "# Rubrik\n\nBara några ord.\n",
            "rapporter/bilagor/2020/11/lang.md": f"# Rapport\n\n## Ur rapporten\n\n{LONG}\n",
        },
    )


@pytest.fixture
def interpellations_dir(tmp_path: Path) -> Path:
    old_form = interpellation_file("199495--0007", BODY).replace("ipqBody", "IPQuestionBody")
    return write(
        tmp_path / "asked",
        {
            "data/199495/ipq-199495--0001.xml": interpellation_file("199495--0001", BODY),
            "data/199495/ipq-199495--0002.xml": interpellation_file("199495--0002", BODY),
            "data/199495/ipq-199495--0005.xml": interpellation_file("199495--0005", "<p> </p>"),
            "data/199495/ipq-199495--0006.xml": "<TEI>",
            "data/199495/ipq-199495--0007.xml": old_form,
            "data/19992000/ipq-19992000--0003.xml": interpellation_file(
                "19992000--0003",
                "<p>Hallen är kall. Varför är hallen så kall?</p>",
                title="Interpellation 1999/2000:3 av Myrstig, Olle (Z)",
                full_title="Interpellation 1999/2000:3 av Myrstig, Olle (Z) till Arne Vadvik (Y),"
                " statsråd om Kalla hallar",
                asks="Myrstig, Olle (Z)",
                party=None,
            ),
            "data/202324/ipq-202324--0001.xml": interpellation_file("202324--0001", BODY),
        },
    )


def read_lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def run(government_dir: Path, interpellations_dir: Path, out: Path, *more: str) -> int:
    return build_corpus.main(
        [
            *("--government", str(government_dir), "--interpellations", str(interpellations_dir)),
            *("--out", str(out), *more),
        ]
    )


def test_builds_both_files_and_says_what_was_left_out_and_why(
    government_dir: Path,
    interpellations_dir: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "new" / "corpus"

    assert run(government_dir, interpellations_dir, out) == 0

    pages = out / pairs.GOVERNMENT_FILE
    asked = out / pairs.INTERPELLATIONS_FILE
    printed, bar = capsys.readouterr()
    assert printed.splitlines() == [
        f"{pages}: 3 documents",
        "  left out, too little text: 1",
        "  left out, exact duplicate: 1",
        "  left out, same text under another title: 1",
        f"{asked}: 2 documents",
        "  left out, not readable as UTF-8 or XML: 1",
        "  left out, no interpellation in the expected form: 1",
        "  left out, neither text nor questions: 1",
        "  left out, exact duplicate: 1",
        "  left out, in a session left out: 1",
    ]
    assert "Read the pages" in bar
    assert [record["id"] for record in read_lines(pages)] == [
        "pressmeddelanden/2024/02/simning-igen",
        "pressmeddelanden/2024/03/swimming",
        "rapporter/bilagor/2020/11/lang",
    ]
    assert [record["id"] for record in read_lines(asked)] == [
        "ipq-199495--0001",
        "ipq-19992000--0003",
    ]
    assert sorted(path.name for path in out.iterdir()) == [pages.name, asked.name]


def test_a_page_keeps_its_words_and_loses_its_markup(
    government_dir: Path, interpellations_dir: Path, tmp_path: Path
) -> None:
    (government_dir / "pressmeddelanden/2024/02/simning-igen.md").unlink()
    run(government_dir, interpellations_dir, tmp_path)

    page, swimming, report = read_lines(tmp_path / pairs.GOVERNMENT_FILE)

    assert page == {
        "id": "pressmeddelanden/2024/02/simning",
        "title": "Stöd till simundervisning",
        "summary": f"{LONG} Stödet kan sökas av alla.",
        "sections": [
            {
                "heading": None,
                "text": "Läs hela beslutet (pdf) om verksamheten.\n\nStödet får gå till:\n\n"
                "- hyra av bassäng,\n- lön till lärare och ledare,",
            },
            {
                "heading": "Så söker kommunen",
                "text": "1. Läs villkoren.\n2. Skicka ansökan.\n\n"
                "Verksamheten redovisas i verksamheten, barn- och ungdomsnämnden.",
            },
        ],
        "date": "2024-02-09",
        "kind": "pressmeddelanden",
        "lang": "sv",
        "url": "https://www.regeringen.se/pressmeddelanden/2024/02/simning/",
    }
    assert (swimming["lang"], swimming["date"]) == ("en", "2024-03")
    assert (report["kind"], report["date"]) == ("rapporter/bilagor", "2020-11")
    assert (report["summary"], len(report["sections"])) == ("", 1)


def test_an_interpellation_is_argument_and_questions_apart(
    government_dir: Path, interpellations_dir: Path, tmp_path: Path
) -> None:
    run(government_dir, interpellations_dir, tmp_path)

    first, second = read_lines(tmp_path / pairs.INTERPELLATIONS_FILE)

    assert first == {
        "id": "ipq-199495--0001",
        "session": "1994/95",
        "title": "simhallar på landsbygden",
        "questioner": "Stina Bruksäng",
        "party": "X",
        "respondent": "idrottsminister Arne Vadvik",
        "date": "1994-10-03",
        "body": "Många simhallar i verksamheten är gamla. Verksamheten kostar, och ingen vet vem"
        " som ska betala för verksamheten när pengarna tar slut. Ska barnen simma i havet? Nej,"
        " barn- och ungdomar behöver en hall.",
        "questions": [
            "Vad avser ministern att göra, t.ex. för Norrby?",
            "När kan kommunerna vänta besked?",
        ],
        "lang": "sv",
    }
    assert (second["session"], second["title"]) == ("1999/2000", "Kalla hallar")
    assert (second["questioner"], second["party"]) == ("Olle Myrstig", "Z")
    assert second["body"] == "Hallen är kall."
    assert second["questions"] == ["Varför är hallen så kall?"]


def test_training_reads_what_was_built(
    government_dir: Path, interpellations_dir: Path, tmp_path: Path
) -> None:
    run(government_dir, interpellations_dir, tmp_path)

    documents = pairs.read_documents(tmp_path)

    assert [document.id for document in documents] == [
        "pressmeddelanden/2024/02/simning-igen",
        "rapporter/bilagor/2020/11/lang",
        "ipq-199495--0001",
        "ipq-19992000--0003",
    ]
    assert pairs.make_pairs(documents, seed=1)


def test_the_same_checkouts_give_the_same_bytes(
    government_dir: Path, interpellations_dir: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        assert run(government_dir, interpellations_dir, tmp_path / name) == 0

    for name in (pairs.GOVERNMENT_FILE, pairs.INTERPELLATIONS_FILE):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_no_session_need_be_left_out(
    government_dir: Path, interpellations_dir: Path, tmp_path: Path
) -> None:
    for number, change in (("0001", "gamla"), ("0002", "nya")):  # no longer a duplicate
        path = interpellations_dir / f"data/202324/ipq-202324--{number}.xml"
        body = BODY.replace("gamla", f"{change} sedan 2023")
        path.write_text(interpellation_file(f"202324--{number}", body), encoding="utf-8")

    run(government_dir, interpellations_dir, tmp_path, "--held-out", "")

    sessions = [line["session"] for line in read_lines(tmp_path / pairs.INTERPELLATIONS_FILE)]
    assert sessions == ["1994/95", "1999/2000", "2023/24", "2023/24"]


@pytest.mark.parametrize(
    ("government_name", "interpellations_name", "out_name", "says"),
    [
        ("nowhere", "asked", "out", "There is no folder"),
        ("pages", "nowhere", "out", "There is no folder"),
        ("asked", "asked", "out", "a checkout of civictechsweden/g0vse, branch data."),
        ("pages/rapporter/bilagor/2020", "asked", "out", "a checkout of civic"),
        ("pages", "pages", "out", "a checkout of swerik-project/riksdagen-interpellations."),
        ("pages", "asked", "pages/README.md", "cannot be made"),
    ],
)
def test_a_wrong_folder_is_one_sentence(
    government_dir: Path,
    interpellations_dir: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    government_name: str,
    interpellations_name: str,
    out_name: str,
    says: str,
) -> None:
    code = run(tmp_path / government_name, tmp_path / interpellations_name, tmp_path / out_name)

    assert code == 1
    printed, error = capsys.readouterr()
    assert not printed
    assert says in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_help_says_where_the_checkouts_come_from_and_what_comes_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as stopped:
        build_corpus.main(["--help"])

    assert stopped.value.code == 0
    help_text = capsys.readouterr().out
    for part in (
        *("github.com/civictechsweden/g0vse", "github.com/swerik-project", "--branch data"),
        *(pairs.GOVERNMENT_FILE, pairs.INTERPELLATIONS_FILE, "default: 2023/24"),
    ):
        assert part in help_text


@given(TEXTS)
def test_cleaning_characters_twice_changes_nothing(text: str) -> None:
    cleaned = cleaning.clean_characters(text)

    assert cleaning.clean_characters(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == " ".join(cleaned.split())
    assert not set(cleaned) & set("\u00ad\u200b\u200d\u2060\ufeff\u00a0")


@given(TEXTS)
def test_stripping_markdown_twice_changes_nothing(text: str) -> None:
    stripped = cleaning.strip_markdown(text)

    assert cleaning.strip_markdown(stripped) == stripped


@given(TEXTS)
def test_mending_twice_changes_nothing_and_takes_only_hyphens_and_space(text: str) -> None:
    mended = cleaning.repair_hyphens(text, WORDS)

    assert cleaning.repair_hyphens(mended, WORDS) == mended
    assert "".join(mended.replace("-", "").split()) == "".join(text.replace("-", "").split())


@given(st.lists(TEXTS.map(cleaning.clean_characters).filter(bool), max_size=6))
def test_rejoining_twice_changes_nothing_and_loses_no_word(paragraphs: list[str]) -> None:
    joined = cleaning.rejoin_paragraphs(paragraphs)

    assert cleaning.rejoin_paragraphs(joined) == joined
    assert " ".join(joined) == " ".join(paragraphs)


@given(st.lists(TEXTS, max_size=6))
def test_a_page_read_again_from_its_own_text_is_the_same(blocks: list[str]) -> None:
    page = government.parse_page("a/2024/01/b", "# T\n\n" + "\n\n".join(blocks), {})
    parts = [page.summary]
    for section in page.sections:
        parts += [f"## {section.heading}"] if section.heading else []
        parts.append(section.text)

    again = government.parse_page(page.id, "\n\n".join([f"# {page.title}", *parts]), {})

    assert again.body == page.body


@given(TEXTS.map(cleaning.clean_characters))
def test_splitting_into_sentences_loses_nothing_but_spaces(paragraph: str) -> None:
    assert "".join("".join(split_sentences(paragraph)).split()) == "".join(paragraph.split())


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("för verksam- heten i dag", "för verksamheten i dag"),
        ("barn- och ungdom", "barn- och ungdom"),
        ("mark-, vatten- eller luftvård", "mark-, vatten- eller luftvård"),
        ("ett EU- avtal", "ett EU-avtal"),
        ("en rak- buss", "en rak-buss"),
        ("hela kommun- förvaltnin gen", "hela kommunförvaltnin gen"),
        ("alkohol- narkotika", "alkohol- narkotika"),
        ("Umeå- Luleå", "Umeå- Luleå"),
        ("tele- data- och it", "tele- data- och it"),
    ],
)
def test_only_cut_words_are_mended(text: str, mended: str) -> None:
    words = frozenset({"verksamheten", "rak-buss", "narkotika", "avtal", "data"})

    assert cleaning.repair_hyphens(text, words) == mended


def test_a_word_at_a_line_break_proves_nothing() -> None:
    counts = cleaning.count_words(["verksam- heten verksamheten", "Verksamheten slut- ar"])

    assert counts == Counter({"verksamheten": 2})
    assert cleaning.frequent_words(counts) == {"verksamheten"}


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("se [a](/b) och [c](http://d.e/f(1))", "se a och c"),
        ("**fet** och *kursiv*, **_inte_**", "fet och kursiv, _inte_"),
        ("![bild](/x.png)text", "text"),
        ("[![bild](/x.png)länk](/y)", "länk"),
        ("pris* och *not", "pris* och *not"),
        ("\\*fotnot\\*", "\\*fotnot\\*"),
        ("2 * 3 * 4", "2 * 3 * 4"),
    ],
)
def test_markdown_goes_and_footnotes_stay(markdown: str, plain: str) -> None:
    assert cleaning.strip_markdown(markdown) == plain


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Regeringen har beslutat om stöd till skolor", cleaning.Language.SWEDISH),
        ("The Government has decided on support for schools", cleaning.Language.ENGLISH),
        ("Finansminister 2014", cleaning.Language.UNKNOWN),
        ("strategi negara kerja sama pembangunan " * 5, cleaning.Language.OTHER),
    ],
)
def test_the_language_is_told_by_function_words(text: str, language: cleaning.Language) -> None:
    assert cleaning.tell_language(text) is language


@pytest.mark.parametrize(
    ("paragraphs", "rest", "questions"),
    [
        pytest.param(
            ["Hallen läcker. Vem lagar den? Ingen.", "Jag vill fråga ministern:", "a) Vem lagar?"],
            ["Hallen läcker. Vem lagar den? Ingen."],
            ["Vem lagar?"],
            id="an earlier question is argument",
        ),
        pytest.param(
            ["Hallen läcker. Därför vill jag fråga ministern om hon tänker laga den."],
            ["Hallen läcker."],
            ["Därför vill jag fråga ministern om hon tänker laga den."],
            id="a question without a question mark",
        ),
        pytest.param(
            ["Taket är gammalt. Jag vill fråga: Vem betalar? När sker det?"],
            ["Taket är gammalt."],
            ["Vem betalar?", "När sker det?"],
            id="on one line",
        ),
        pytest.param(
            [
                "Den läcker.",
                "Jag vill fråga om hon lagar den?",
                "Jag vill också fråga när det sker?",
            ],
            ["Den läcker."],
            ["Jag vill fråga om hon lagar den?", "Jag vill också fråga när det sker?"],
            id="two formulas",
        ),
        pytest.param(
            ["Den läcker.", "Mina frågor till ministern är:", "1. Vem lagar?2. Vem betalar?"],
            ["Den läcker."],
            ["Vem lagar?", "Vem betalar?"],
            id="a lost line break",
        ),
        pytest.param(
            ["Den läcker.", "Mina frågor till ministern är:", "1. Vad som görs", "2. Vem lagar?"],
            ["Den läcker."],
            ["Vad som görs", "Vem lagar?"],
            id="a listed question without a question mark",
        ),
        pytest.param(
            [
                "Jag vill här fråga mig något.",
                "Sedan går texten vidare, lugnt och länge.",
                "Varför?",
            ],
            ["Jag vill här fråga mig något.", "Sedan går texten vidare, lugnt och länge."],
            ["Varför?"],
            id="an aside that sounds like the formula",
        ),
        pytest.param(["Den läcker."], ["Den läcker."], [], id="nothing asked"),
    ],
)
def test_questions_are_taken_out_of_the_argument(
    paragraphs: list[str], rest: list[str], questions: list[str]
) -> None:
    assert split_questions(paragraphs) == (rest, questions)


def test_short_texts_may_be_shared_by_pages() -> None:
    pages = [
        government.parse_page(f"a/2024/01/{n}", f"# Vecka {n}\n\nTill mötet på torsdag.", {})
        for n in (1, 2)
    ]
    dropped: Counter[Reason] = Counter()

    assert government.drop_duplicates(pages, dropped) == pages
    assert not dropped


def test_all_items_in_one_file_are_preferred(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "api/items.json": json.dumps([{"url": "/a/2024/01/b/", "published": "2024-01-02"}]),
            "a.json": json.dumps([{"url": "/a/2024/01/b/", "published": "1999-01-01"}]),
        },
    )

    assert government.read_items(tmp_path)["a/2024/01/b"]["published"] == "2024-01-02"


@pytest.mark.parametrize(
    ("name", "session"),
    [
        ("ipq-199495--0001.xml", "1994/95"),
        ("ipq-19992000--0001", "1999/2000"),
        ("ipq-202223--0431", "2022/23"),
        ("something", ""),
    ],
)
def test_the_session_is_in_the_name(name: str, session: str) -> None:
    assert interpellations.session_of(name) == session
