"""Proves a chain from `kontor export audit`, by docs/audit.md and by nothing of Kontor's.

Usage: check_export.py < export.jsonl    prints what is broken, and how much was proved; exit code 1 when something is
"""

import hashlib
import json
import sys

EVENT = ["id", "name", "version", "organization_id", "person_id", "on_behalf_of_id", "subject", "subject_id", "product_id",
         "payload", "request_id", "happened_at"]


def fields(*values) -> bytes:
    """Each value after its length in four bytes; one that is missing is the length 2^32 - 1."""
    out = b""
    for value in values:
        if value is None:
            out += b"\xff\xff\xff\xff"
            continue
        data = value if isinstance(value, bytes) else str(value).encode()
        out += len(data).to_bytes(4, "big") + data
    return hashlib.sha256(out).digest()


def digest(event: dict) -> str:
    sides = [bytes.fromhex(event[name]) if event.get(name) else None for name in ("origin_digest", "details_digest")]
    return fields("kontor-audit-event-1", *[event.get(name) for name in EVENT], *sides).hex()


def seal(block: dict) -> str:
    return fields(
        "kontor-audit-block-1", bytes.fromhex(block["previous"]), block["events"], block["count"], block["last_event"],
        block["first_at"], block["last_at"], block["sealed_at"], bytes.fromhex("".join(block["digests"]))).hex()


def ids(text: str) -> list[int]:
    ranges = [part.split("-") for part in text.split(",")]
    return [number for ends in ranges for number in range(int(ends[0]), int(ends[-1]) + 1)]


broken, bound, previous, events, blocks = [], {}, None, 0, 0
for line in map(json.loads, sys.stdin):
    if line["type"] == "block":
        blocks += 1
        if previous is not None and line["previous"] != previous:
            broken.append(f"block {line['id']} does not follow the one before it")
        if seal(line) != line["seal"] or len(ids(line["events"])) != len(line["digests"]):
            broken.append(f"block {line['id']} was changed")
        previous = line["seal"]
        bound.update(zip(ids(line["events"]), line["digests"]))
    elif line.get("block") is not None:
        events += 1
        if bound.get(line["id"]) != digest(line):
            broken.append(f"event {line['id']} was changed")
print(*broken, f"{events} events in {blocks} blocks", sep="\n")
sys.exit(1 if broken else 0)
