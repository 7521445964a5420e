"""Envelopes of tautline's JSON protocol: text in, dictionaries out. Needs nothing but Python itself."""

from __future__ import annotations

import json
import time
from typing import Any, NoReturn

Envelope = dict[str, Any]

SUBPROTOCOL = "tautline.v1.json"
"""What a full peer offers. A plain peer offers none, and speaks the same JSON without `$hello`."""

MESSAGE_BYTES = 65_536
TYPE_BYTES = 128
ROOM_BYTES = 256
DEPTH = 32
MAX_SAFE_INTEGER = 2**53 - 1


class ProtocolError(Exception):
    """Something that is no envelope, or an error that a peer sent. Programs look at `code`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def encode(type: str, data: Any = None, **fields: Any) -> str:
    """The text of an envelope, ready for one WebSocket message. Fields that are None are left out."""
    envelope = {"type": type, "data": data, "timestamp": round(time.time() * 1000), **fields}
    present = {name: value for name, value in envelope.items() if value is not None}
    return json.dumps(present, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def decode(text: str, max_bytes: int | None = None) -> Envelope:
    """The envelope that a text holds. Fields that nobody knows stay, and mean nothing."""
    if max_bytes is not None and len(text.encode("utf-8", "surrogatepass")) > max_bytes:
        raise ProtocolError("TOO_LARGE", f"expected at most {max_bytes} bytes")
    try:
        envelope = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ProtocolError("BAD_ENVELOPE", f"expected at most {DEPTH} levels of nesting") from None
    except ValueError:
        raise ProtocolError("BAD_JSON", "Invalid JSON format") from None
    if not isinstance(envelope, dict):
        raise ProtocolError("BAD_ENVELOPE", "expected an object")
    if not _is_text(envelope.get("type"), TYPE_BYTES):
        raise ProtocolError("BAD_ENVELOPE", f"type: expected a string of 1–{TYPE_BYTES} bytes")
    for field, is_right in _FIELDS.items():
        if field in envelope and not is_right(envelope[field]):
            raise ProtocolError("BAD_ENVELOPE", f"{field}: got {str(envelope[field])[:60]}")
    _check_nesting(envelope, DEPTH)
    return envelope


def _no_constant(name: str) -> NoReturn:
    # NaN and Infinity: Python would read them, JSON does not know them.
    raise ValueError(name)


def _is_text(value: object, max_bytes: int) -> bool:
    # A lone surrogate counts 3 bytes, as the replacement character would.
    return isinstance(value, str) and 0 < len(value.encode("utf-8", "surrogatepass")) <= max_bytes


def _is_integer(value: object) -> bool:
    # JSON has one kind of number: 1.0 and 1e3 are integers, True is not.
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= MAX_SAFE_INTEGER and value == int(value)


def _is_positive(value: object) -> bool:
    return _is_integer(value) and value >= 1  # type: ignore[operator]


def _is_room(value: object) -> bool:
    # Neither control characters nor lone surrogates.
    return _is_text(value, ROOM_BYTES) and not any(
        ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in str(value)
    )


def _has_strings(value: object, *keys: str) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in keys)


_FIELDS = {
    "id": _is_positive,
    "offset": _is_positive,
    "room": _is_room,
    "timestamp": _is_integer,
    "from": lambda value: _has_strings(value, "user", "member"),
    "error": lambda value: _has_strings(value, "code", "message"),
    "trace": lambda value: isinstance(value, str),
}


def _check_nesting(value: object, levels: int) -> None:
    if not isinstance(value, (dict, list)):
        return
    if levels == 0:
        raise ProtocolError("BAD_ENVELOPE", f"expected at most {DEPTH} levels of nesting")
    if isinstance(value, dict) and "__proto__" in value:
        # Harmless here, but a JavaScript peer that copies it would change the copy's prototype.
        raise ProtocolError("BAD_ENVELOPE", "expected no key named __proto__")
    for inner in value.values() if isinstance(value, dict) else value:
        _check_nesting(inner, levels - 1)
