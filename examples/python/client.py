"""A chat client for a tautline server: `python3 client.py ws://localhost:8080/live`.

Each line of standard input is sent as a `chat` message; each event is printed as a line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import websockets
from websockets.client import WebSocketClientProtocol

from envelope import SUBPROTOCOL, Envelope, ProtocolError, decode, encode


class Client:
    """One connection. Events go to `on_event`; `send` and `request` wait for the server's answer."""

    reading: asyncio.Task[None]
    """Ends when the connection ends."""

    def __init__(self, socket: WebSocketClientProtocol, on_event: Callable[[Envelope], None]) -> None:
        self._socket = socket
        self._on_event = on_event
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    async def hello(self, token: str | None = None) -> Envelope:
        """What a full peer says first. A plain peer leaves it out."""
        client_id = secrets.token_urlsafe(16)
        hello = {"client": client_id, "attempt": 1, "rooms": []}
        await self._socket.send(encode("$hello", {**hello, **({"token": token} if token else {})}))
        welcome = decode(str(await self._socket.recv()))
        if welcome["type"] != "$welcome":
            raise _error_of(welcome)
        return welcome["data"]

    async def send(self, type: str, data: Any) -> None:
        """Returns when the server has taken the message."""
        await self.request(type, data)

    async def request(self, type: str, data: Any, timeout: float = 30) -> Any:
        """Returns what the server replies; raises `ProtocolError` with the code of its refusal."""
        id = next(self._ids)
        answer = self._waiting[id] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send(encode(type, data, id=id))
            return await asyncio.wait_for(answer, timeout)
        finally:
            self._waiting.pop(id, None)

    async def read(self) -> None:
        """Reads until the connection ends. A text that is no envelope ends it: 4400, the server broke the protocol."""
        try:
            async for text in self._socket:
                await self._receive(decode(str(text)))
        except ProtocolError as error:
            await self._socket.close(4400, error.code)
            raise
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(ProtocolError("CLOSED", "The connection is closed"))

    async def _receive(self, envelope: Envelope) -> None:
        answer = self._waiting.get(envelope.get("id", 0))
        if envelope["type"] == "ping":
            await self._socket.send(encode("pong"))
        elif envelope["type"] == "pong":
            pass
        elif answer is None:
            self._on_event(envelope)
        elif answer.done():
            pass  # Too late: whoever asked has given up.
        elif envelope["type"] == "$error":
            answer.set_exception(_error_of(envelope))
        else:
            answer.set_result(envelope.get("data"))


def _error_of(envelope: Envelope) -> ProtocolError:
    error = envelope.get("error", {"code": "BAD_ENVELOPE", "message": f"unexpected {envelope['type']}"})
    return ProtocolError(error["code"], error["message"])


@contextlib.asynccontextmanager
async def connect(
    url: str, on_event: Callable[[Envelope], None], *, full: bool = False, token: str | None = None
) -> AsyncIterator[Client]:
    """A connected client: plain by default, a full peer with `full`. Leaving the block closes with 1000."""
    # Servers say how large a message to a client may be: 1 MiB unless told otherwise, as is this package's default.
    subprotocols = [SUBPROTOCOL] if full else None
    async with websockets.connect(url, subprotocols=subprotocols) as socket:  # type: ignore[arg-type]
        client = Client(socket, on_event)
        if full:
            await client.hello(token)
        client.reading = asyncio.create_task(client.read())
        try:
            yield client
        finally:
            await socket.close(1000)
            await asyncio.wait({client.reading})


def show(envelope: Envelope) -> None:
    print(json.dumps(envelope, ensure_ascii=False), flush=True)


async def lines() -> AsyncIterator[str]:
    """Standard input, without holding up the event loop."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        yield line.decode().rstrip("\n")


async def talk(client: Client) -> None:
    async for line in lines():
        try:
            await client.send("chat", {"text": line})
        except ProtocolError as refusal:
            print(refusal, file=sys.stderr, flush=True)


async def main() -> None:
    parser = argparse.ArgumentParser(description="Chat from a terminal.")
    parser.add_argument("url", help="for example ws://localhost:8080/live")
    parser.add_argument("--full", action="store_true", help="speak as a full peer, with $hello")
    parser.add_argument("--token", help="authenticates a full peer")
    options = parser.parse_args()
    async with connect(options.url, show, full=options.full, token=options.token) as client:
        talking = asyncio.create_task(talk(client))
        await asyncio.wait({talking, client.reading}, return_when=asyncio.FIRST_COMPLETED)
        talking.cancel()
        if client.reading.done():
            client.reading.result()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
    except (OSError, ProtocolError, websockets.WebSocketException) as error:
        sys.exit(str(error))
