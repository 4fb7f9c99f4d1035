"""What each piece of the search brings: the same questions with one piece off at a time.

Neither ranking nor confidence is fitted anew, so a figure tells what the piece brings to the rest
as it is, not how well the rest could do without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from index.confidence import Calibration
from index.glossary import Glossary
from index.lexical import LexicalWeights, TantivyLexicalIndex
from index.open_version import OpenVersion
from knowledge.model import Reply

__all__ = ["WHOLE", "Variant", "variants"]

WHOLE = "nothing off"


@dataclass(frozen=True, slots=True)
class Variant:
    """The search with one piece off.

    Attributes:
        name: the piece.
        reply: changes each reply before the version is built.
        version: changes the open version.
    """

    name: str
    reply: Callable[[Reply], Reply] = lambda reply: reply
    version: Callable[[OpenVersion], OpenVersion] = lambda version: version


def variants(calibration: Calibration) -> Iterator[Variant]:
    """Yield the whole search, then the search without each of its pieces.

    Args:
        calibration: the one in use; a signal without weight is not tried.
    """
    yield Variant(WHOLE)
    for signal, weight in calibration.ranking.items():
        if weight:
            yield Variant(f"signal {signal}", version=_without_signal(signal))
    yield Variant("token vectors (maxsim, literal)", version=lambda v: replace(v, tokens=None))
    yield Variant("glossary", version=lambda v: replace(v, glossary=Glossary(())))
    yield Variant("lexical stems", version=_lexical(LexicalWeights(stems=0.0)))
    yield Variant("lexical grams", version=_lexical(LexicalWeights(grams=0.0)))
    yield Variant("newest first", reply=_on_its_own)


def _without_signal(signal: str) -> Callable[[OpenVersion], OpenVersion]:
    def change(version: OpenVersion) -> OpenVersion:
        manifest = version.manifest
        ranking = {**manifest.calibration.ranking, signal: 0.0}
        calibration = replace(manifest.calibration, ranking=ranking)
        return replace(version, manifest=replace(manifest, calibration=calibration))

    return change


def _lexical(weights: LexicalWeights) -> Callable[[OpenVersion], OpenVersion]:
    def change(version: OpenVersion) -> OpenVersion:
        lexical = TantivyLexicalIndex.open(version.directory / "lexical", weights)
        return replace(version, lexical=lexical)

    return change


def _on_its_own(reply: Reply) -> Reply:
    """Part a reply from the others on its matter (`index.newest`).

    Replies of different municipalities are never on one matter, and the municipality is searched
    by neither words nor vectors.
    """
    return replace(reply, municipality=reply.id, replaces=())
