"""Prints how many lines of some source files were reached, from the summary of `llvm-cov export` on stdin.

    llvm-cov export PROGRAM -instr-profile=PROFILE -summary-only | fuzz_coverage.py FILE...

Exit status: 0, or 1 when a file is not in the summary.
"""

import json
import os
import sys


def main():
    wanted = sys.argv[1:]
    summary = json.load(sys.stdin)["data"][0]["files"]
    lines = {os.path.normpath(file["filename"]): file["summary"]["lines"] for file in summary}
    n_lines = n_reached = 0
    missing = []
    for file in wanted:
        of_file = [count for name, count in lines.items() if name == file or name.endswith("/" + file)]
        if not of_file:
            missing.append(file)
            continue
        n_lines += of_file[0]["count"]
        n_reached += of_file[0]["covered"]
        print(f"{file:<60} {of_file[0]['count']:8} lines {of_file[0]['percent']:8.2f}% reached")
    if n_lines:
        print(f"{'all':<60} {n_lines:8} lines {100.0 * n_reached / n_lines:8.2f}% reached")
    if missing:
        print(f"fuzz_coverage: not among what was compiled: {', '.join(missing)}", file=sys.stderr)
    return 1 if missing or not n_lines else 0


if __name__ == "__main__":
    sys.exit(main())
