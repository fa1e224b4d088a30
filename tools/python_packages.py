"""Finds the Python that has a tool's packages: Debian's belong to /usr/bin/python3; another may come first in PATH."""

import importlib.util
import os
import subprocess
import sys

DEBIAN = "/usr/bin/python3"


def need(*packages):
    """Returns if all are there; else runs the same command by Debian's Python, or ends with what to install."""
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    if not missing:
        return
    if os.path.realpath(sys.executable) != os.path.realpath(DEBIAN) and os.path.exists(DEBIAN):
        asked = subprocess.run([DEBIAN, "-c", f"import {', '.join(packages)}"], stderr=subprocess.DEVNULL, check=False)
        if asked.returncode == 0:
            sys.stdout.flush()
            os.execv(DEBIAN, [DEBIAN, *sys.argv])
    debian = " ".join(f"python3-{package}" for package in missing)
    sys.exit(f"{sys.executable} has no {' and no '.join(missing)} (Debian: {debian}, for {DEBIAN})")
