"""Which message ids are known, to find a message whose sending was not confirmed.

A bot's private chats and basic groups share one sequence of message ids, each supergroup has one
of its own.
"""

from __future__ import annotations

from collections import OrderedDict, deque

__all__ = ["MessageIds"]

_KNOWN = 4_096
_CHATS = 10_000
_SLACK = 12
"""How many ids beyond the newest known one are tried: messages that others sent meanwhile."""
_MOST = 400


class MessageIds:
    """Remembers the newest message ids, in memory alone."""

    def __init__(self) -> None:
        self._newest = 0
        self._by_group: OrderedDict[int, int] = OrderedDict()
        self._known: set[tuple[int, int]] = set()
        self._order: deque[tuple[int, int]] = deque()

    def note(self, chat_id: int, message_id: int) -> None:
        """Remember a message that was received or sent."""
        if chat_id > 0:
            self._newest = max(self._newest, message_id)
        else:
            newest = max(self._by_group.pop(chat_id, 0), message_id)
            self._by_group[chat_id] = newest
            if len(self._by_group) > _CHATS:
                self._by_group.popitem(last=False)
        key = (min(chat_id, 0), message_id)
        self._known.add(key)
        self._order.append(key)
        if len(self._order) > _KNOWN:
            self._known.discard(self._order.popleft())

    def newest(self, chat_id: int) -> int:
        """Return the newest id known in the chat's sequence; 0 for none."""
        return self._newest if chat_id > 0 else self._by_group.get(chat_id, 0)

    def candidates(self, chat_id: int, after: int, under_way: int) -> list[int]:
        """Return the ids that a message may have got whose sending began after `after`.

        Args:
            chat_id: where it was sent.
            after: the newest id known just before.
            under_way: how many other messages are being sent.
        """
        last = max(self.newest(chat_id), after) + under_way + _SLACK
        key = min(chat_id, 0)
        ids = [one for one in range(after + 1, last + 1) if (key, one) not in self._known]
        return ids[:_MOST]
