"""What goes wrong between the bot and Telegram: drawn by chance, or ordered for the next call."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

CALL_KINDS = ("429", "500", "502", "500_after", "drop_before", "drop_after")
"""500_after and drop_after do the work and lose the answer; the others do nothing."""
DUPLICATE = "duplicate_update"
DEFAULT_KINDS = frozenset({"429", "500", "drop_before", "drop_after", DUPLICATE})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong."""

    kind: str
    retry_after: int = 1


class Faults:
    """Decides, by a seed, which calls and updates go wrong.

    Args:
        seed: the same seed draws the same faults for the same sequence of calls.
        share: the probability of a fault, for each call and for each update.
        kinds: some of CALL_KINDS and "duplicate_update".
        methods: the methods that may go wrong; all by default, "file" being a download.
        retry_after: whole seconds that a drawn 429 asks to wait.
    """

    def __init__(
        self,
        seed: int = 0,
        share: float = 0.05,
        kinds: Collection[str] = DEFAULT_KINDS,
        *,
        methods: Collection[str] | None = None,
        retry_after: int = 1,
    ) -> None:
        unknown = set(kinds) - {*CALL_KINDS, DUPLICATE}
        if unknown:
            raise ValueError(f"no such kinds of fault: {sorted(unknown)}")
        self._random = random.Random(seed)
        self._share = share
        self._call_kinds = sorted(set(kinds) - {DUPLICATE})
        self._duplicates = DUPLICATE in kinds
        self._methods = methods
        self._retry_after = retry_after
        self._ordered: dict[str, list[Fault]] = {}
        self._lock = threading.Lock()
        self.done: Counter[str] = Counter()

    def order(self, method: str, kind: str, *, retry_after: int = 1, times: int = 1) -> None:
        """Let the next calls of a method, or the next updates, go wrong."""
        if kind not in {*CALL_KINDS, DUPLICATE}:
            raise ValueError(f"no such kind of fault: {kind}")
        key = DUPLICATE if kind == DUPLICATE else method
        with self._lock:
            self._ordered.setdefault(key, []).extend([Fault(kind, retry_after)] * times)

    def for_call(self, method: str) -> Fault | None:
        """Return what goes wrong with this call."""
        with self._lock:
            fault = self._taken(method)
            exempt = self._methods is not None and method not in self._methods
            if fault is None and self._call_kinds and not exempt and self._hit():
                fault = Fault(self._random.choice(self._call_kinds), self._retry_after)
            if fault is not None:
                self.done[fault.kind] += 1
            return fault

    def doubles_update(self) -> bool:
        """Return whether this update is delivered twice."""
        with self._lock:
            twice = self._taken(DUPLICATE) is not None or (self._duplicates and self._hit())
            self.done[DUPLICATE] += twice
            return twice

    def _taken(self, key: str) -> Fault | None:
        ordered = self._ordered.get(key)
        return ordered.pop(0) if ordered else None

    def _hit(self) -> bool:
        return self._random.random() < self._share
