"""The Telegram channel: what arrives, who may do what, and sending each reply exactly once."""

import sys
from types import ModuleType
from typing import cast

# python-telegram-bot imports httpx, whatever carries its calls, and httpx its own command line
# where that can be had: click, rich and pygments, a tenth of every start for nothing.
sys.modules.setdefault("httpx._main", cast("ModuleType", None))
