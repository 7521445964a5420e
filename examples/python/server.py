"""A server that tautline's clients can use: `python3 server.py --port 8080`.

Whatever anyone says by `chat` goes to everyone as `chat_message`. It has no rooms and no history.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import secrets
import signal
from typing import Any, NoReturn

import websockets
from websockets.server import WebSocketServerProtocol

from envelope import MESSAGE_BYTES, SUBPROTOCOL, Envelope, ProtocolError, decode, encode

HELLO_SECONDS = 5
HEARTBEAT_SECONDS = 20
GRACE_SECONDS = 5
NO_ROOM = {"code": "UNKNOWN_ROOM", "message": "No room of this name"}

everyone: set[WebSocketServerProtocol] = set()

newest: dict[str, tuple[int, WebSocketServerProtocol]] = {}
"""The attempt and the connection of each full peer that is here, by client id."""


async def serve_connection(socket: WebSocketServerProtocol) -> None:
    """One connection, from its first message to its end."""
    client: str | None = None
    pinging: asyncio.Task[None] | None = None
    try:
        if socket.subprotocol == SUBPROTOCOL:
            client = await welcome(socket)
        everyone.add(socket)
        pinging = asyncio.create_task(keep_alive(socket))
        await serve_messages(socket)
    except websockets.ConnectionClosed:
        pass  # However it ended: this connection is done.
    finally:
        if pinging:
            pinging.cancel()
        everyone.discard(socket)
        if client and newest[client][1] is socket:
            del newest[client]


async def welcome(socket: WebSocketServerProtocol) -> str:
    """The handshake of full peers: `$hello` in time, answered by `$welcome`. Returns the client id."""
    try:
        hello = read_hello(decode(str(await asyncio.wait_for(socket.recv(), HELLO_SECONDS))))
    except asyncio.TimeoutError:
        return await refuse(socket, 4408, "no $hello in time")
    except ProtocolError as error:
        return await refuse(socket, 1002, error.message)
    await take_place(socket, hello["client"], hello["attempt"])
    # Public, the same over reconnects, and nobody finds the client id in it.
    member = hashlib.sha256(hello["client"].encode()).hexdigest()[:16]
    data = {
        "connection": secrets.token_hex(8),
        "user": f"guest-{member}",
        "member": member,
        # This server keeps no answers: after a reconnect it cannot know what it has handled.
        "resumed": False,
        "heartbeatMs": HEARTBEAT_SECONDS * 1000,
        "limits": {"messageBytes": MESSAGE_BYTES, "rooms": 1, "unanswered": 256},
        "rooms": [{"room": wanted["room"], "error": NO_ROOM} for wanted in hello["rooms"]],
    }
    await socket.send(encode("$welcome", data))
    return hello["client"]


def read_hello(envelope: Envelope) -> Any:
    if envelope["type"] != "$hello":
        raise ProtocolError("BAD_ENVELOPE", "expected $hello first")
    match envelope.get("data"):
        case {"client": str(client), "attempt": int(), "rooms": list(rooms)} as hello if (
            16 <= len(client) <= 128 and all(isinstance(room, dict) and "room" in room for room in rooms)
        ):
            return hello
    raise ProtocolError("BAD_ENVELOPE", "$hello: expected client, attempt, rooms")


async def take_place(socket: WebSocketServerProtocol, client: str, attempt: int) -> None:
    """A client has one connection: a later one takes the place of the earlier, never the reverse."""
    last_attempt, older = newest.get(client, (0, None))
    if attempt <= last_attempt:
        await refuse(socket, 4409, "an older attempt")
    newest[client] = (attempt, socket)
    if older:
        everyone.discard(older)
        older.fail_connection(4409, "connected again")


async def refuse(socket: WebSocketServerProtocol, code: int, reason: str) -> NoReturn:
    await socket.close(code, reason)
    raise websockets.ConnectionClosedError(None, None)


async def serve_messages(socket: WebSocketServerProtocol) -> None:
    while True:
        try:
            # Only what arrives proves that the peer lives: pings are answered, so silence means that it is gone.
            message = await asyncio.wait_for(socket.recv(), HEARTBEAT_SECONDS + GRACE_SECONDS)
        except asyncio.TimeoutError:
            return await socket.close(1001, "no sign of life")
        if not isinstance(message, str):
            return await socket.close(1003, "expected text")
        try:
            envelope = decode(message)
        except ProtocolError as error:
            await socket.send(refusal(error, None))
            continue
        await answer(socket, envelope)


async def answer(socket: WebSocketServerProtocol, envelope: Envelope) -> None:
    """Exactly one answer to a message with an id; to one without, only bad news."""
    id = envelope.get("id")
    if envelope["type"] == "ping":
        await socket.send(encode("pong"))
        return
    if envelope["type"] == "pong":
        return
    try:
        take(envelope)
    except ProtocolError as error:
        await socket.send(refusal(error, id))
    else:
        if id is not None:
            await socket.send(encode("$ack", id=id))


def take(envelope: Envelope) -> None:
    data = envelope.get("data")
    if envelope["type"] == "$join":
        raise ProtocolError(NO_ROOM["code"], NO_ROOM["message"])
    if envelope["type"] != "chat":
        raise ProtocolError("UNKNOWN_TYPE", "Invalid message type")
    if not (isinstance(data, dict) and isinstance(data.get("text"), str) and 0 < len(data["text"]) <= 500):
        raise ProtocolError("BAD_DATA", "text: expected a string of 1 to 500 characters")
    websockets.broadcast(everyone, encode("chat_message", {"text": data["text"]}))


def refusal(error: ProtocolError, id: int | None) -> str:
    return encode("$error", id=id, error={"code": error.code, "message": error.message})


async def keep_alive(socket: WebSocketServerProtocol) -> None:
    """A page cannot see WebSocket's own pings: full peers, and all others, get them as envelopes."""
    with contextlib.suppress(websockets.ConnectionClosed):
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await socket.send(encode("ping"))


async def main() -> None:
    parser = argparse.ArgumentParser(description="Echo chat messages to everyone.")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080, help="0 for any free port")
    options = parser.parse_args()

    stop: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, lambda: stop.done() or stop.set_result(None))

    async with websockets.serve(
        serve_connection,
        options.host,
        options.port,
        subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
        max_size=MESSAGE_BYTES,
        ping_interval=None,
    ) as server:
        host, port = server.sockets[0].getsockname()[:2]
        print(f"listening on ws://{f'[{host}]' if ':' in host else host}:{port}", flush=True)
        await stop


if __name__ == "__main__":
    asyncio.run(main())
