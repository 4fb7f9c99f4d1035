"""Who may do what, and how much at once."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["Allowance", "Decided", "Role", "Roles"]

_REMEMBERED = 10_000


class Role(IntEnum):
    """What a person may do; each role may do all that the ones before it may."""

    RESIDENT = 0
    STAFF = 1
    ADMIN = 2


@dataclass(frozen=True, slots=True)
class Roles:
    """Knows the role of every person, from the configuration alone.

    Attributes:
        staff: user ids.
        admins: user ids.
    """

    staff: frozenset[int] = frozenset()
    admins: frozenset[int] = frozenset()

    def of(self, user_id: int) -> Role:
        """Return the role; whoever is not named is a resident."""
        if user_id in self.admins:
            return Role.ADMIN
        return Role.STAFF if user_id in self.staff else Role.RESIDENT


class Decided(IntEnum):
    """What to do with a request."""

    ALLOW = 0
    ASK_TO_WAIT = 1
    IGNORE = 2


class Allowance:
    """Gives each person so many requests a minute, all at once or spread out.

    The first request over it is answered kindly, the ones after that are ignored until there is
    room again. Only numbers in memory: nothing is kept.

    Args:
        per_minute: how many; 0 for no limit.
        clock_s: seconds of a clock that never goes back.
    """

    def __init__(self, per_minute: int, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock_s = clock_s
        self._people: OrderedDict[int, tuple[float, float, bool]] = OrderedDict()

    def ask(self, user_id: int) -> Decided:
        """Take one request from a person's allowance."""
        if not self._per_minute:
            return Decided.ALLOW
        now = self._clock_s()
        left, since, told = self._people.pop(user_id, (float(self._per_minute), now, False))
        left = min(left + (now - since) * self._per_minute / 60, self._per_minute)
        decided = Decided.IGNORE if told else Decided.ASK_TO_WAIT
        if left >= 1:
            left, decided = left - 1, Decided.ALLOW
        self._people[user_id] = (left, now, decided is not Decided.ALLOW)
        while len(self._people) > _REMEMBERED:
            self._people.popitem(last=False)
        return decided
