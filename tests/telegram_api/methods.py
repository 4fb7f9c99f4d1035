"""The methods of the Bot API, but for getUpdates: parameters in, result or refusal out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.telegram_api.markup import Unparsable, parse_html, settle, utf16_length
from tests.telegram_api.wire import Params, Refusal, bad_request
from tests.telegram_api.world import (
    ALL_UPDATES,
    Chat,
    Json,
    Stored,
    Webhook,
    World,
)

MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024
MAX_CALLBACK_DATA_BYTES = 64
MAX_BUTTONS = 100
MAX_INLINE_RESULTS = 50
MAX_TOAST_CHARS = 200
MAX_UPLOAD_BYTES = 50 << 20
MAX_DOWNLOAD_BYTES = 20 << 20
MAX_COMMANDS = 100
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note",
    "upload_video_note",
}  # fmt: skip
_SCOPES = {
    "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat",
    "chat_administrators", "chat_member",
}  # fmt: skip
_PROFILE_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_SENDING = (
    "business_connection_id message_thread_id disable_notification protect_content "
    "allow_paid_broadcast message_effect_id reply_parameters reply_to_message_id "
    "allow_sending_without_reply reply_markup"
)

Method = Callable[["BotApi", Params], Any]
METHODS: dict[str, tuple[Method, frozenset[str]]] = {}
"""Every method by its name in lower case, with the parameters that are known here."""
NAMES: dict[str, str] = {"getupdates": "getUpdates"}


def _method(name: str, params: str = "") -> Callable[[Method], Method]:
    def register(function: Method) -> Method:
        METHODS[name.lower()] = (function, frozenset(params.split()))
        NAMES[name.lower()] = name
        return function

    return register


class BotApi:
    """Does what the bot asks for, in a world.

    Args:
        world: the state; `call` takes its lock.
        query_lifetime_s: how long a press or an inline query can be answered, seconds.
    """

    def __init__(self, world: World, query_lifetime_s: float) -> None:
        self.world = world
        self.query_lifetime_s = query_lifetime_s

    def call(self, name: str, params: Params) -> Any:  # noqa: ANN401  (JSON of any shape)
        """Run a method.

        Raises:
            Refusal: what Telegram refuses, and any parameter that is not known here, so that
                nothing is passed over in silence.
        """
        try:
            function, known = METHODS[name.lower()]
        except KeyError:
            raise Refusal(404, "Not Found: method not found") from None
        unknown = {*params.values, *params.files} - known
        unknown -= {key for key in unknown if key in params.files}
        if unknown:
            raise bad_request(f"this server does not know {sorted(unknown)} of {name}")
        with self.world.lock:
            return function(self, params)

    # -- the bot itself ---------------------------------------------------------------------

    @_method("getMe")
    def get_me(self, _: Params) -> Json:
        return self.world.bot | {
            "can_join_groups": True,
            "can_read_all_group_messages": True,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    @_method("setMyCommands", "commands scope language_code")
    def set_my_commands(self, params: Params) -> bool:
        commands = params.structure("commands")
        if not isinstance(commands, list):
            raise bad_request("can't parse commands: expected an Array")
        if len(commands) > MAX_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", ""))):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", "")).strip()) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.world.commands[self._scope(params)] = commands
        return True

    @_method("getMyCommands", "scope language_code")
    def get_my_commands(self, params: Params) -> list[Json]:
        return self.world.commands.get(self._scope(params), [])

    @_method("deleteMyCommands", "scope language_code")
    def delete_my_commands(self, params: Params) -> bool:
        self.world.commands.pop(self._scope(params), None)
        return True

    def _scope(self, params: Params) -> tuple[str, int | None, int | None, str]:
        scope = params.structure("scope") or {"type": "default"}
        kind = scope.get("type")
        if kind not in _SCOPES:
            raise bad_request("can't parse BotCommandScope: unsupported type specified")
        language = params.text("language_code") or ""
        if language and not re.fullmatch(r"[a-z]{2}", language):
            raise bad_request("invalid language code specified")
        chat_id = user_id = None
        if kind.startswith("chat"):
            chat_id = self._chat(Params(scope)).id
            user_id = Params(scope).number("user_id") if kind == "chat_member" else None
        return kind, chat_id, user_id, language

    # -- updates ----------------------------------------------------------------------------

    @_method(
        "setWebhook",
        "url certificate ip_address max_connections allowed_updates drop_pending_updates "
        "secret_token",
    )
    def set_webhook(self, params: Params) -> bool:
        url = params.text("url") or ""
        if not url:
            self.world.webhook = None
            return True
        parts = urlsplit(url)
        local = parts.hostname in LOOPBACK
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not local and (parts.port or 443) not in {80, 88, 443, 8443}:
            raise bad_request(
                "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
            )
        secret = params.text("secret_token")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        connections = params.number("max_connections") or 40
        if not 1 <= connections <= 100:
            raise bad_request("invalid max_connections specified")
        self.read_allowed(params)
        if params.flag("drop_pending_updates"):
            self.world.drop_pending()
        self.world.webhook = Webhook(url, secret or None, connections)
        self.world.on_update()
        return True

    @_method("deleteWebhook", "drop_pending_updates")
    def delete_webhook(self, params: Params) -> bool:
        self.world.webhook = None
        if params.flag("drop_pending_updates"):
            self.world.drop_pending()
        return True

    @_method("getWebhookInfo")
    def get_webhook_info(self, _: Params) -> Json:
        hook = self.world.webhook
        info: Json = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.world.pending),
        }
        if hook:
            info["max_connections"] = hook.max_connections
            if hook.last_error:
                info["last_error_date"] = hook.last_error_date
                info["last_error_message"] = hook.last_error
        if self.world.allowed != ALL_UPDATES:
            info["allowed_updates"] = sorted(self.world.allowed)
        return info

    def read_allowed(self, params: Params) -> None:
        """Take over which kinds of update the bot asks for; an empty list means the usual."""
        allowed = params.structure("allowed_updates")
        if allowed is not None:
            self.world.allowed = frozenset(allowed) & ALL_UPDATES if allowed else ALL_UPDATES

    # -- messages ---------------------------------------------------------------------------

    @_method(
        "sendMessage",
        "chat_id text parse_mode entities link_preview_options disable_web_page_preview "
        + _SENDING,
    )
    def send_message(self, params: Params) -> Json:
        chat = self._writable(params)
        source = params.text("text") or ""
        text, entities = self._formatted(source, params, "entities")
        if not text:
            raise bad_request("message text is empty")
        if utf16_length(text) > MAX_TEXT_UNITS:
            raise bad_request("message is too long")
        content: Json = {"text": text} | ({"entities": entities} if entities else {})
        return self._sent(chat, content, params, source)

    @_method(
        "sendDocument",
        "chat_id document thumbnail caption parse_mode caption_entities "
        f"disable_content_type_detection {_SENDING}",
    )
    def send_document(self, params: Params) -> Json:
        chat = self._writable(params)
        given = params.text("document") or ""
        name = given.removeprefix("attach://") if given.startswith("attach://") else "document"
        if upload := params.files.get(name):
            if not upload.data:
                raise bad_request("file must be non-empty")
            if len(upload.data) > MAX_UPLOAD_BYTES:
                raise Refusal(413, "Request Entity Too Large")
            file = self.world.add_file(upload.name, upload.media_type, upload.data)
        elif given in self.world.files:
            file = self.world.files[given]
        elif given:
            raise bad_request("wrong file identifier/HTTP URL specified")
        else:
            raise bad_request("there is no document in the request")
        source = params.text("caption") or ""
        caption, entities = self._formatted(source, params, "caption_entities")
        if utf16_length(caption) > MAX_CAPTION_UNITS:
            raise bad_request("message caption is too long")
        content: Json = {"document": document_json(file.id, file.unique_id, file.name,
                                                   file.media_type, len(file.data))}  # fmt: skip
        if caption:
            content |= {"caption": caption} | ({"caption_entities": entities} if entities else {})
        return self._sent(chat, content, params, source)

    @_method("sendChatAction", "chat_id action message_thread_id business_connection_id")
    def send_chat_action(self, params: Params) -> bool:
        chat = self._writable(params)
        action = params.text("action")
        if action not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        chat.actions.append(action)
        chat.changed.notify_all()
        return True

    @_method(
        "editMessageText",
        "chat_id message_id inline_message_id text parse_mode entities link_preview_options "
        "disable_web_page_preview reply_markup business_connection_id",
    )
    def edit_message_text(self, params: Params) -> Json | bool:
        chat, stored = self._editable(params)
        if "text" not in stored.wire:
            raise bad_request("there is no text in the message to edit")
        source = params.text("text") or ""
        text, entities = self._formatted(source, params, "entities")
        if not text:
            raise bad_request("message text is empty")
        if utf16_length(text) > MAX_TEXT_UNITS:
            raise bad_request("MESSAGE_TOO_LONG")
        return self._edited(chat, stored, (text, entities, self._markup(params)), source)

    @_method(
        "editMessageReplyMarkup",
        "chat_id message_id inline_message_id reply_markup business_connection_id",
    )
    def edit_message_reply_markup(self, params: Params) -> Json | bool:
        chat, stored = self._editable(params)
        text, entities, _ = stored.content
        return self._edited(chat, stored, (text, entities, self._markup(params)), stored.source)

    @_method("deleteMessage", "chat_id message_id")
    def delete_message(self, params: Params) -> bool:
        chat = self._chat(params)
        stored = chat.messages.get(params.number("message_id") or 0)
        if stored is None:
            raise bad_request("message to delete not found")
        if not _of_bot(stored) and chat.wire["type"] != "private":
            raise bad_request("message can't be deleted")
        del chat.messages[stored.wire["message_id"]]
        chat.changed.notify_all()
        return True

    def _chat(self, params: Params) -> Chat:
        """Return the chat that a call is about; one that never met the bot is not found."""
        given = params.text("chat_id")
        if not given:
            raise bad_request("chat_id is empty")
        if not re.fullmatch(r"-?\d+", given):
            raise bad_request("chat not found")
        chat = self.world.chats.get(int(given))
        if chat is None or not chat.known:
            raise bad_request("chat not found")
        return chat

    def _writable(self, params: Params) -> Chat:
        chat = self._chat(params)
        if chat.blocked:
            if chat.wire["type"] == "private":
                raise Refusal(403, "Forbidden: bot was blocked by the user")
            raise Refusal(403, "Forbidden: bot was kicked from the supergroup chat")
        return chat

    def _formatted(self, source: str, params: Params, entities: str) -> tuple[str, list[Json]]:
        """Return a text as people see it, with its entities."""
        mode = (params.text("parse_mode") or "").lower()
        if mode in {"markdown", "markdownv2"}:
            raise bad_request("this server reads parse_mode HTML only")
        if mode == "html":
            try:
                return settle(*parse_html(source))
            except Unparsable as reason:
                raise bad_request(f"can't parse entities: {reason}") from None
        if mode:
            raise bad_request("unsupported parse_mode")
        return settle(source, params.structure(entities) or [])

    def _markup(self, params: Params) -> Json | None:
        """Return the buttons to put under a message, checked."""
        markup = params.structure("reply_markup")
        if not markup:
            return None
        if not isinstance(markup, dict):
            raise bad_request("object expected as reply markup")
        if "inline_keyboard" not in markup:
            return markup
        rows = [row for row in markup["inline_keyboard"] if row]
        for button in (button for row in rows for button in row):
            _check_button(button)
        if sum(map(len, rows)) > MAX_BUTTONS:
            raise bad_request("reply markup is too long")
        return {"inline_keyboard": rows} if rows else None

    def _sent(self, chat: Chat, content: Json, params: Params, source: str) -> Json:
        markup = self._markup(params)
        reply = params.structure("reply_parameters") or {}
        if target := params.number("reply_to_message_id"):
            reply = {"message_id": target} | {
                "allow_sending_without_reply": params.flag("allow_sending_without_reply")
            }
        wire = {
            "message_id": self.world.new_message_id(chat),
            "from": self.world.bot,
            "chat": chat.wire,
            "date": int(time.time()),
        } | content
        if reply:
            target_message = chat.messages.get(int(reply["message_id"]))
            if target_message is not None:
                wire["reply_to_message"] = {
                    key: value
                    for key, value in target_message.wire.items()
                    if key != "reply_to_message"
                }
            elif not reply.get("allow_sending_without_reply"):
                raise bad_request("message to be replied not found")
        if markup and "inline_keyboard" in markup:
            wire["reply_markup"] = markup
        self.world.show(chat, self.world.store(chat, wire, source))
        return wire

    def _editable(self, params: Params) -> tuple[Chat | None, Stored]:
        if inline_id := params.text("inline_message_id"):
            stored = self.world.inline_messages.get(inline_id)
            if stored is None:
                raise bad_request("MESSAGE_ID_INVALID")
            return None, stored
        chat = self._chat(params)
        message_id = params.number("message_id")
        if message_id is None:
            raise bad_request("message identifier is not specified")
        stored = chat.messages.get(message_id)
        if stored is None:
            raise bad_request("message to edit not found")
        if not _of_bot(stored):
            raise bad_request("message can't be edited")
        return chat, stored

    def _edited(
        self,
        chat: Chat | None,
        stored: Stored,
        content: tuple[str, list[Json], Json | None],
        source: str,
    ) -> Json | bool:
        if content == stored.content:
            raise bad_request(SAME)
        wire = dict(stored.wire)
        text, entities, markup = content
        prefix = "" if "text" in wire else "caption_"
        if text:
            wire["text" if "text" in wire else "caption"] = text
        for key, value in ((f"{prefix}entities", entities), ("reply_markup", markup)):
            wire.pop(key, None)
            if value:
                wire[key] = value
        wire["edit_date"] = int(time.time())
        stored.wire, stored.source, stored.edited = wire, source, True
        if chat is None:
            return True
        self.world.show(chat, stored)
        return wire

    # -- presses and inline mode ------------------------------------------------------------

    @_method("answerCallbackQuery", "callback_query_id text show_alert url cache_time")
    def answer_callback_query(self, params: Params) -> bool:
        press = self.world.callbacks.get(params.text("callback_query_id") or "")
        text = params.text("text") or ""
        if press is None:
            raise bad_request(TOO_OLD)
        late = time.monotonic() - press.made_s > self.query_lifetime_s
        if press.answer is not None or press.stale or late:
            press.refused = TOO_OLD
            press.changed.notify_all()
            raise bad_request(TOO_OLD)
        if len(text) > MAX_TOAST_CHARS:
            raise bad_request("MESSAGE_TOO_LONG")
        press.answer = {
            "text": text,
            "alert": params.flag("show_alert"),
            "url": params.text("url"),
        }
        press.changed.notify_all()
        return True

    @_method(
        "answerInlineQuery", "inline_query_id results cache_time is_personal next_offset button"
    )
    def answer_inline_query(self, params: Params) -> bool:
        query = self.world.inline_queries.get(params.text("inline_query_id") or "")
        late = query is None or time.monotonic() - query.made_s > self.query_lifetime_s
        if query is None or late or query.answer is not None:
            raise bad_request(TOO_OLD)
        results = params.structure("results")
        if not isinstance(results, list):
            raise bad_request("can't parse inline query results: expected an Array")
        if len(results) > MAX_INLINE_RESULTS:
            raise bad_request("RESULTS_TOO_MUCH")
        next_offset = params.text("next_offset") or ""
        if len(next_offset.encode()) > 64:
            raise bad_request("NEXT_OFFSET_INVALID")
        checked = [self._inline_result(result) for result in results]
        if len({result["id"] for result in checked}) < len(checked):
            raise bad_request("RESULT_ID_DUPLICATE")
        button = params.structure("button")
        if button and not re.fullmatch(r"[\w-]{1,64}", button.get("start_parameter", ""), re.A):
            raise bad_request("START_PARAM_INVALID")
        seconds = params.number("cache_time")
        answer = {"results": checked, "next_offset": next_offset, "button": button}
        personal = params.flag("is_personal")
        query.answer = answer
        until_s = time.monotonic() + (300 if seconds is None else seconds)
        owner = query.person_id if personal else None
        self.world.inline_cache[(*query.key, owner)] = (answer, until_s)
        query.changed.notify_all()
        return True

    def _inline_result(self, result: Json) -> Json:
        """Return a result as it will be sent: its text parsed, its buttons checked."""
        if result.get("type") != "article":
            raise bad_request(f"this server knows articles only, not {result.get('type')}")
        if not 1 <= len(str(result.get("id", "")).encode()) <= 64:
            raise bad_request("RESULT_ID_INVALID")
        if not result.get("title"):
            raise bad_request('can\'t parse inline query result: Field "title" must be non-empty')
        content = Params(result.get("input_message_content") or {})
        source = content.text("message_text") or ""
        try:
            text, entities = self._formatted(source, content, "entities")
        except Refusal as refusal:
            reason = refusal.description.removeprefix("Bad Request: ")
            raise bad_request(f"can't parse inline query result: {reason}") from None
        if not text:
            raise bad_request("message text is empty")
        if utf16_length(text) > MAX_TEXT_UNITS:
            raise bad_request("MESSAGE_TOO_LONG")
        markup = self._markup(Params(result))
        return result | {
            "sent": {"text": text}
            | ({"entities": entities} if entities else {})
            | ({"reply_markup": markup} if markup else {}),
            "source": source,
        }

    # -- files ------------------------------------------------------------------------------

    @_method("getFile", "file_id")
    def get_file(self, params: Params) -> Json:
        given = params.text("file_id") or ""
        if not given:
            raise bad_request("file_id not specified")
        file = self.world.files.get(given)
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(file.data) > MAX_DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        return {
            "file_id": file.id,
            "file_unique_id": file.unique_id,
            "file_size": len(file.data),
            "file_path": file.path,
        }


def _register_profile(field: str) -> None:
    """Add the setter and the getter of the bot's name or of one of its descriptions."""
    camel = "".join(map(str.title, field.split("_")))

    @_method(f"setMy{camel}", f"{field} language_code")
    def setter(api: BotApi, params: Params) -> bool:
        value = params.text(field) or ""
        if len(value) > _PROFILE_LIMITS[field]:
            raise bad_request(f"BOT_{field.upper()}_TOO_LONG")
        api.world.profile[(field, params.text("language_code") or "")] = value
        return True

    @_method(f"getMy{camel}", "language_code")
    def getter(api: BotApi, params: Params) -> Json:
        default = api.world.profile.get((field, ""), "")
        return {field: api.world.profile.get((field, params.text("language_code") or ""), default)}


for _field in _PROFILE_LIMITS:
    _register_profile(_field)


def document_json(
    file_id: str, unique_id: str, name: str, media_type: str, size_bytes: int
) -> Json:
    """Return a document as a message holds it."""
    return {
        "file_id": file_id,
        "file_unique_id": unique_id,
        "file_name": name,
        "mime_type": media_type,
        "file_size": size_bytes,
    }


def _of_bot(stored: Stored) -> bool:
    return bool(stored.wire["from"]["is_bot"])


def _check_button(button: Json) -> None:
    """Refuse a button that Telegram refuses."""
    if not str(button.get("text", "")).strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    actions = set(button) & {
        "url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat", "copy_text", "web_app", "login_url", "pay",
    }  # fmt: skip
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: "
            "Text buttons are not allowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: more than one action is specified")
    if "callback_data" in button:
        size = len(str(button["callback_data"]).encode())
        if not 1 <= size <= MAX_CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        parts = urlsplit(str(button["url"]))
        if parts.scheme not in {"http", "https", "tg", "ton"} or not parts.netloc:
            raise bad_request("BUTTON_URL_INVALID")
        if parts.scheme.startswith("http") and "." not in (parts.hostname or ""):
            raise bad_request(
                f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
            )
