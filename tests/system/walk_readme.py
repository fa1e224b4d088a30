#!/usr/bin/env python3
"""Types the commands of a chapter of a Markdown file and compares the answers with those that stand there.

    walk_readme.py README.md "Chapter" FOLDER [--until COMMAND] [--expect N] [--expect-lines N]

Of fenced blocks marked `console`, lines that begin with "$ " are typed into one bash that starts in FOLDER; the lines below
are the answer, standard output and error together. "..." within a line stands for anything, alone on a line for any
number of lines. A command whose answer begins with "mtc: " has to fail, all others to succeed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys

END = "walk_readme: exit status "


def steps(path: str, chapter: str) -> list[tuple[str, list[str]]]:
    """\\return commands with the lines that answer them"""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    start = text.index(f"\n## {chapter}\n")
    text = text[start:].split("\n## ")[1]
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def pattern(lines: list[str]) -> str:
    """The answer as a regular expression."""
    parts = []
    for line in lines:
        if line == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*?".join(re.escape(part) for part in line.split("...")) + r"\n")
    return "".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("chapter")
    parser.add_argument("folder")
    parser.add_argument("--until", help="stops after the first command that begins so")
    parser.add_argument("--expect", type=int, default=1, help="at least so many commands")
    parser.add_argument("--expect-lines", type=int, default=0, help="at least so many lines of answers")
    given = parser.parse_args()
    commands = steps(given.file, given.chapter)
    n_lines = 0
    with subprocess.Popen(["bash", "--noprofile", "--norc"], cwd=given.folder, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as shell:
        for n, (command, answer) in enumerate(commands, 1):
            # Commands must not read what is typed next, unless they are fed by a pipe.
            shell.stdin.write(f"{{ {command}\n}} < /dev/null; ended=$?; echo; echo '{END}'$ended\n")
            shell.stdin.flush()
            said: list[str] = []
            for line in shell.stdout:
                if line.startswith(END):
                    break
                said.append(line)
            else:
                print(f"$ {command}\nthe shell is gone")
                return 1
            status = int(line[len(END):])
            text = "".join(said)
            text = text[:-1] if text.endswith("\n\n") or text == "\n" else text  # the line feed of our own echo
            refused = bool(answer) and answer[0].startswith("mtc: ")
            good = re.fullmatch(pattern(answer), text) is not None
            if refused != (status != 0) or not good:
                print(f"$ {command}\nexit status {status}, and instead of\n" + "\n".join(answer) + f"\nit says\n{text}")
                shell.stdin.close()
                shell.terminate()
                return 1
            n_lines += sum(line != "..." for line in answer)
            if given.until and command.startswith(given.until):
                shell.stdin.close()
                return 0
        shell.stdin.close()
    if len(commands) < given.expect or n_lines < given.expect_lines:
        print(f"only {n} commands and {n_lines} lines of answers")
        return 1
    print(f"{len(commands)} commands of {given.file} do what stands there; {n_lines} lines of answers are as quoted")
    return 0


sys.exit(main())
