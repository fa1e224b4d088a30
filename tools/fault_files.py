"""What a trial of tools/faults reads from checkpoints and outputs, and does to them.

The layout is that of src/durable: sums_file.cpp, checkpoint.cpp and journal.cpp.
"""

import os
import pathlib
import random
import re
import struct
import subprocess
import sys

from mtc_file import h5py

SUMS_MAGIC = 0x736D757363746D
CHECKPOINT_MAGIC = 0x74706B6363746D
FRONT = struct.Struct("<5Q")  # magic, generation, offset and bytes of the header, checksum
ENTRY = struct.Struct("<4I4Q")  # kind, stage, dataset, padding, key, bytes, their checksum, own checksum
JOURNAL_ORIGIN = 0x6D746331
VERSION_AT = 8  # in a header
WORDS = 2**64 - 1


def saves(folder):
    """Files of checkpoints that hold something whole: {path: time of the last change}."""
    found = {}
    for path in folder.rglob("*"):
        try:
            status = path.stat()
        except OSError:
            continue
        if (path.suffix in (".a", ".b") and status.st_size > 3000) or (path.suffix == ".journal" and status.st_size > 1000):
            found[path] = status.st_mtime_ns
    return found


def saves_of(pid):
    """The checkpoint files that a process has open: {path: time of the last change}."""
    found = {}
    folder = pathlib.Path("/proc", str(pid), "fd")
    try:
        names = os.listdir(folder)
    except OSError:
        return found
    for name in names:
        try:
            path = os.readlink(folder / name)
            if path.endswith((".a", ".b", ".journal")):
                found[path] = os.stat(folder / name).st_mtime_ns
        except OSError:
            pass  # closed meanwhile
    return found


def processes_of(found):
    """Those that wrote these files: a process's number is the beginning of the names of all its files."""
    return {path.name.split(".")[0] for path in found}


def generation(path):
    """Of the last complete save in a file of sums; it is written last. None when there is none."""
    try:
        with open(path, "rb") as file:
            magic, number, *_ = FRONT.unpack(file.read(FRONT.size))
    except (OSError, struct.error):
        return None
    return number if magic == SUMS_MAGIC else None


def seconds_since_saves(folder, now_s, known):
    """Of each process but the known ones, the age of its last complete save [s]."""
    newest = {}  # by process: generation, time
    for path, changed_ns in saves(folder).items():
        process = path.name.split(".")[0]
        number = generation(path) if path.suffix != ".journal" else changed_ns  # a journal only grows
        if process not in known and number is not None:
            newest[process] = max(newest.get(process, (-1, 0)), (number, changed_ns))
    return [now_s - 1e-9 * changed_ns for _, changed_ns in newest.values()]


def damage(path):
    """A byte changed or the end cut off, anywhere."""
    size = path.stat().st_size
    if random.random() < 0.5:
        os.truncate(path, random.randrange(size))
        return
    with open(path, "r+b") as file:
        file.seek(random.randrange(size))
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1 << random.randrange(8)]))


def fnv1a(data):
    state = 0xCBF29CE484222325
    for byte in data:
        state = (state ^ byte) * 0x100000001B3 & WORDS
    return state


def checksum(data):
    """As src/durable/checksum.hpp."""
    lanes = [1, 2, 3, 4]
    n_whole = len(data) // 32 * 32
    for at in range(0, n_whole, 32):
        for i, word in enumerate(struct.unpack_from("<4Q", data, at)):
            lanes[i] = (lanes[i] ^ word) * 0x100000001B3 & WORDS
    return fnv1a(bytes(data[n_whole:]) + struct.pack("<4Q", *lanes))


def older_header(header):
    """The same header as a program of the format before would have written it, as far as it can be told: by its version."""
    magic, version = struct.unpack_from("<QI", header)
    if magic != CHECKPOINT_MAGIC or version < 1:
        raise ValueError("this is not the header of a checkpoint")
    body = bytearray(header[:-8])
    struct.pack_into("<I", body, VERSION_AT, version - 1)
    return bytes(body) + struct.pack("<Q", checksum(body)), version - 1


def make_older(path):
    """Turns a save into one of the version of the format before. Returns that version."""
    data = bytearray(path.read_bytes())
    if path.suffix == ".journal":
        kind, stage, dataset, padding, key, n_bytes, _, _ = ENTRY.unpack_from(data)
        if kind != JOURNAL_ORIGIN:
            raise ValueError(f"{path} is not a journal")
        header, version = older_header(bytes(data[ENTRY.size:ENTRY.size + n_bytes]))
        data[ENTRY.size:ENTRY.size + n_bytes] = header
        ENTRY.pack_into(data, 0, kind, stage, dataset, padding, key, n_bytes, checksum(header), 0)
        struct.pack_into("<Q", data, ENTRY.size - 8, checksum(data[:ENTRY.size - 8]))
    else:
        magic, _, offset, n_bytes, _ = FRONT.unpack_from(data)
        if magic != SUMS_MAGIC:
            raise ValueError(f"{path} is not a file of sums")
        header, version = older_header(bytes(data[offset:offset + n_bytes]))
        data[offset:offset + n_bytes] = header
    path.write_bytes(data)
    return version


def events(output):
    """[(life, rank, time [s], kind, text)] of an output file."""
    with h5py.File(output, "r") as file:
        rows = file["/performance/events"][()]
    return [(int(row["life"]), int(row["rank"]), float(row["time_s"]), row["kind"].decode(), row["text"].decode())
            for row in rows]


def longest_interval_s(rows, life):
    """From the end of a save to that of the next, as the ranks said; 0 when none did. It grows where saving takes long."""
    found = [re.search(r" MB in ([0-9.]+) s.*the next in ([0-9.e+-]+) s", text)
             for a, _, _, kind, text in rows if a == life and kind == "checkpoint"]
    found = [(float(match[1]), float(match[2])) for match in found if match]
    return max((took for took, _ in found), default=0.0) + max((pause for _, pause in found), default=0.0)


def most_saves(rows):
    """Of the rank that saved most often."""
    by_rank = {}
    for _, rank, _, kind, text in rows:
        if kind == "checkpoint" and "not saved" not in text:
            by_rank[rank] = by_rank.get(rank, 0) + 1
    return max(by_rank.values(), default=0)


def same_results(tools, one, other):
    """Whether all of /results is the same, byte for byte; None and why when that cannot be said."""
    compared = subprocess.run([sys.executable, str(tools / "compare_results"), str(one), str(other)],
                              capture_output=True, text=True, timeout=120, check=False)
    if compared.returncode not in (0, 1):
        return None, compared.stdout + compared.stderr
    return compared.returncode == 0, compared.stdout
