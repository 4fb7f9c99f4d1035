from pathlib import Path

import pytest

from index.glossary import (
    EMBEDDED_GLOSSARY,
    Glossary,
    GlossaryError,
    load_glossary,
    official_words,
)

GLOSSARY = Glossary(
    [
        (["skotta"], ["snöröjning", "vinterväghållning"]),
        (["de gamla", "pensionärer"], ["äldre"]),
        (["sanda"], ["halkbekämpning"]),
        (["soc"], ["socialtjänsten"]),
        (["kommunhuset"], []),
    ]
)


@pytest.mark.parametrize(
    ("question", "official"),
    [
        ("Måste jag skotta trottoaren?", ("snöröjning", "vinterväghållning")),
        ("skottar ni och sandar", ("snöröjning", "vinterväghållning", "halkbekämpning")),
        ("vad får de gamla för mat", ("äldre",)),
        ("den gamla skolan", ()),
        ("sand i sandlådan", ()),
        ("soc", ("socialtjänsten",)),
        ("socker i skolmaten", ()),
        ("", ()),
    ],
)
def test_official_words(question: str, official: tuple[str, ...]) -> None:
    assert official_words(GLOSSARY.concepts(question)) == official


def test_saving_keeps_everything(tmp_path: Path) -> None:
    GLOSSARY.save(tmp_path / "glossary.json")
    read = Glossary.open(tmp_path / "glossary.json")
    assert len(read) == len(GLOSSARY)
    assert official_words(read.concepts("skotta åt de gamla")) == (
        "snöröjning",
        "vinterväghållning",
        "äldre",
    )


def test_the_embedded_glossary_is_sound_and_an_admins_file_adds_to_it(tmp_path: Path) -> None:
    own = tmp_path / "glossary.yaml"
    own.write_text("- {say: [kvarnen], means: [Kulturhuset Kvarnen]}\n")
    embedded = load_glossary(EMBEDDED_GLOSSARY)
    assert len(embedded) > 1500
    both = load_glossary(EMBEDDED_GLOSSARY, own, tmp_path / "nowhere.yaml")
    assert len(both) == len(embedded) + 1
    assert "Kulturhuset Kvarnen" in official_words(both.concepts("när öppnar kvarnen"))


@pytest.mark.parametrize(
    "content",
    ["{", "say: a", "- {say: [a]}", "- {say: a, means: [b]}", "- {say: [], means: [b]}", "- [1]"],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "glossary.yaml"
    path.write_text(content)
    with pytest.raises(GlossaryError, match=r"glossary\.yaml"):
        load_glossary(path)
