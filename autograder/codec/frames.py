"""Frames: the head that gives every size before anything is read, and the way there and back."""

import json
import struct
from collections.abc import Callable
from typing import Any

from autograder.codec.data import MAX_BODY, MAX_HEADER, Refused
from autograder.codec.read import Reader, Revive
from autograder.codec.write import Writer

HEAD, MAGIC = struct.Struct("<4sQII"), b"ERf1"


def pack(id: int, obj: Any, handle: Callable[[Any], int] | None = None) -> bytes:
    """The frame for `obj`. `handle` numbers what is not data; without it such a thing is Refused."""
    writer = Writer(handle)
    header = json.dumps(writer.node(obj, 0), separators=(",", ":"), allow_nan=False).encode("utf-8", "surrogatepass")
    if len(header) > MAX_HEADER:
        raise Refused("the answer has too many parts")
    return b"".join([HEAD.pack(MAGIC, id, len(header), writer.size), header, *writer.body])


def sizes(head: bytes) -> tuple[int, int, int]:
    """(id, header length, body length) of the frame that begins with `head`. Raises Refused when it isn't one."""
    magic, id, header, body = HEAD.unpack(head)
    if magic != MAGIC or header > MAX_HEADER or body > MAX_BODY:
        raise Refused("not a frame, or one that is too large")
    return id, header, body


def unpack(header: bytes, body: bytes, revive: dict[type, Revive] | None = None) -> Any:
    """The data in a frame. Raises Refused, and only Refused, on anything else. `revive` maps the classes of this
    module (Tensor, Handle, Function) to what they become on this side; by default they stay as they are."""
    try:
        reader = Reader(body, revive or {})
        value = reader.node(json.loads(header, parse_constant=_no_constant), 0)
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"malformed frame ({type(error).__name__})") from None
    if reader.position != len(body):
        raise Refused("malformed frame (bytes left over)")
    return value


def roundtrip(obj: Any, handle: Callable[[Any], int] | None = None, revive: dict[type, Revive] | None = None) -> Any:
    """What arrives at the other end when `obj` is sent."""
    frame = pack(0, obj, handle)
    _, header, _ = sizes(frame[: HEAD.size])
    return unpack(frame[HEAD.size : HEAD.size + header], frame[HEAD.size + header :], revive)


def _no_constant(name: str) -> None:
    raise Refused(f"malformed frame ({name})")
