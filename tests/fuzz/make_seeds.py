#!/usr/bin/python3
"""Makes the binary seeds of the fuzz targets from a small book that a service wrote.

    build/release/coffer serve --dev --data DIR ...     a few commands, and a checkpoint
    tests/fuzz/make_seeds.py DIR                        writes into tests/fuzz/seeds

One record of each kind and form, and the checkpoint as the list of blocks that its target reads
(docs/journal-format.md, sections 3, 5 and 7). The seeds that are texts were written by hand.
"""

import struct
import sys
from pathlib import Path

SEEDS = Path(__file__).resolve().parent / "seeds"
SECTOR, CONTENT, HEADER = 512, 506, 64
BOOK = b"b" * 16  # the book id that checkpoint_fuzz.cpp expects


def records(segment):
    """The records of all whole batches, without their length prefix."""
    at = 0
    while segment[at:at + 4] == b"CFB1":
        payload_bytes, count = struct.unpack_from("<II", segment, at + 24)
        sectors = -(-(HEADER + payload_bytes) // CONTENT)
        content = b"".join(segment[at + i * SECTOR:at + i * SECTOR + CONTENT]
                           for i in range(sectors))
        place = HEADER
        for _ in range(count):
            (size,) = struct.unpack_from("<I", content, place)
            yield content[place + 4:place + 4 + size]
            place += 4 + size
        at += sectors * SECTOR


def checkpoint_blocks(file):
    """Kind, rows and body of each block before the last."""
    at = 0
    while file[at] != 9:
        kind, rows, size = struct.unpack_from("<BII", file, at)
        body = file[at + 9:at + 9 + size]
        if kind == 1:
            body = body[:8] + BOOK + body[24:]
        yield kind, rows, body
        at += 9 + size + 4


def main():
    data = Path(sys.argv[1])
    segment = sorted((data / "journal").iterdir())[0].read_bytes()
    folders = [SEEDS / "record_codec", SEEDS / "record_agreement"]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    seen = {}
    for record in records(segment):
        kind = record[0]
        if seen.setdefault(kind, 0) < 2:  # the first of a kind names people, the second does not
            seen[kind] += 1
            for folder in folders:
                (folder / f"kind_{kind}_{seen[kind]}").write_bytes(record)

    folder = SEEDS / "checkpoint"
    folder.mkdir(parents=True, exist_ok=True)
    newest = sorted((data / "checkpoint").glob("*.checkpoint"))[-1].read_bytes()
    blocks = [struct.pack("<BBH", kind, rows, len(body)) + body
              for kind, rows, body in checkpoint_blocks(newest)]
    few = [block for block in blocks if block[0] != 2]
    (folder / "all").write_bytes(b"".join(blocks[:1] + few[1:]))
    (folder / "empty").write_bytes(blocks[0])
    (folder / "raw").write_bytes(b"\0" + newest[:512])


if __name__ == "__main__":
    main()
