"""Holds an exported trace against the output file: valid JSON, a lane a rank, no slices that overlap in a lane."""

import json
import sys
from collections import Counter, defaultdict

import h5py


def main():
    output, trace = sys.argv[1:]
    with h5py.File(output) as file:
        tables = {name: table[()] for name, table in file["performance"].items()}
    with open(trace, encoding="utf-8") as file:
        events = json.load(file)["traceEvents"]
    kinds = Counter(event["ph"] for event in events)
    lanes = defaultdict(list)
    for event in events:
        if event["ph"] == "X":
            lanes[event["pid"], event["tid"]].append((event["ts"], event["dur"], event["cat"]))
    named = Counter(event["tid"] for event in events if event["name"] == "thread_name")
    problems = []
    if sorted(tid for _, tid in lanes) != sorted(tables["ranks"]["rank"]) or set(named.values()) != {1}:
        problems.append(f"lanes {sorted(lanes)}, named {dict(named)}")
    for lane, slices in lanes.items():
        slices.sort()
        for (start, duration, _), (following, _, _) in zip(slices, slices[1:]):
            if start + duration > following + 1e-4:  # [us]
                problems.append(f"lane {lane}: a slice of {start} + {duration} us overlaps that of {following} us")
        if any(duration < 0 for _, duration, _ in slices):
            problems.append(f"lane {lane}: a slice ends before it begins")
    n_tasks = sum(cat not in ("wait", "run") for slices in lanes.values() for _, _, cat in slices)
    if n_tasks != len(tables["tasks"]):
        problems.append(f"{n_tasks} slices for {len(tables['tasks'])} tasks")
    if kinds["i"] != len(tables["events"]):
        problems.append(f"{kinds['i']} instants for {len(tables['events'])} events")
    for problem in problems[:20]:
        print(f"{trace}: {problem}", file=sys.stderr)
    print(f"{trace}: {len(lanes)} lanes, {kinds['X']} slices, {kinds['i']} instants")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
