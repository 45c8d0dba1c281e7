"""Canonical JSON (RFC 8785) for the values that are hashed and signed here: no fractions, no repeated keys, no lone surrogates."""

import hashlib
import json

SAFE = 2**53 - 1


class Fault(Exception):
    """What is wrong with an input, and where."""


def parse(text, where):
    """The value of a JSON text; Fault when it is none, holds a fraction, or names a key twice."""

    def pairs(items):
        value = dict(items)
        if len(value) < len(items):
            raise Fault(f"{where}: a key occurs twice")
        return value

    def refuse(number):
        raise Fault(f"{where}: {number} is not a whole number")

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_float=refuse, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Fault(f"{where}: no JSON: {error}") from None


def utf16(text):
    """Key of the text order: UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")


def dumps(value):
    """The canonical text of a value."""
    if isinstance(value, dict):
        members = (f"{_text(key)}:{dumps(value[key])}" for key in sorted(value, key=utf16))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dumps, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, int):
        if abs(value) > SAFE:
            raise Fault(f"{value} is not a safe integer")
        return str(value)
    if isinstance(value, str):
        return _text(value)
    raise Fault(f"canonical JSON has no {type(value).__name__}")


def _text(value):
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Fault("canonical JSON has no lone surrogates") from None
    # What RFC 8785 section 3.2.2.2 escapes, and how, is what json does without ensure_ascii; DEL stays as it is in both.
    return json.dumps(value, ensure_ascii=False)


def sha256(data):
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()
