"""Holds `envelope.py` against the golden vectors: `python3 check_vectors.py ../../packages/protocol/vectors`."""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

from envelope import ProtocolError, decode


def verdict(vector: dict[str, Any]) -> str | None:
    """What is wrong with how a vector is read, or None."""
    try:
        envelope = decode(vector["frame"], vector.get("maxBytes"))
    except ProtocolError as error:
        expected = vector.get("error", "an envelope")
        return None if error.code == expected else f"expected {expected}, got {error}"
    if "error" in vector:
        return f"expected {vector['error']}, got {envelope}"
    return None if envelope == vector["envelope"] else f"expected {vector['envelope']}, got {envelope}"


def main(folder: pathlib.Path) -> int:
    vectors = [
        vector
        for name in ("valid.json", "invalid.json")
        for vector in json.loads((folder / name).read_text(encoding="utf-8"))
    ]
    wrong = [(vector["name"], verdict(vector)) for vector in vectors]
    for name, complaint in wrong:
        if complaint:
            print(f"{name}: {complaint}")
    print(f"{len(vectors)} vectors")
    return 1 if any(complaint for _, complaint in wrong) else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
