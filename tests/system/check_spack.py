#!/usr/bin/env python3
"""Executes the Spack recipe under stand-ins for Spack's directives and holds it against what Debian's packages are
installed (one a line on standard input) and what CMakeLists.txt asks for.

    tools/setup run test --list | check_spack.py tools/packaging/spack/package.py CMakeLists.txt
"""

from __future__ import annotations

import re
import sys
import types

# Debian's package and Spack's for the same thing. None: what Spack brings along, or only developers of mtc need.
SAME = {
    "g++": "cxx", "cmake": "cmake", "ninja-build": "ninja", "libopenmpi-dev": "mpi", "openmpi-bin": "mpi",
    "libhdf5-openmpi-dev": "hdf5", "libboost-dev": "boost", "libboost-program-options-dev": "boost",
    "libeigen3-dev": "eigen", "libpugixml-dev": "pugixml", "zlib1g-dev": "zlib-api", "libzip-dev": "libzip",
    "pkg-config": "pkgconfig", "libsqlite3-dev": "sqlite", "libpq-dev": "postgresql", "libfmt-dev": "fmt",
    "libtomlplusplus-dev": "tomlplusplus", "doctest-dev": "doctest", "python3": "python", "python3-h5py": "py-h5py",
    "python3-numpy": "py-numpy", "python3-matplotlib": "py-matplotlib", "clang-format": None, "shellcheck": None,
    "git": None,
}
# find_package(NAME VERSION) of CMake and Spack's name.
CMAKE = {"MPI": "mpi", "Boost": "boost", "Eigen3": "eigen"}


def recipe(path: str) -> tuple[type, dict[str, str]]:
    """\\return the class, and what it depends on: name -> the whole spec"""
    depends: dict[str, str] = {}
    called: list[str] = []

    def depends_on(spec: str, type: object = None, when: str | None = None) -> None:
        name = re.match(r"[a-z0-9-]+", spec)
        assert name, f"depends_on({spec!r}): no name"
        assert name[0] not in depends, f"{name[0]}: twice"
        depends[name[0]] = spec

    def directive(name: str):
        def note(*arguments: object, **options: object) -> None:
            called.append(name)
        return note

    def decorator(*arguments: object, **options: object):
        return lambda function: function

    class CMakePackage:
        define = staticmethod(lambda name, value: f"-D{name}={value}")
        run_tests = False

    spack, package = types.ModuleType("spack"), types.ModuleType("spack.package")
    vars(package).update(CMakePackage=CMakePackage, depends_on=depends_on, run_after=decorator,
                         on_package_attributes=decorator, join_path=lambda *parts: "/".join(parts),
                         Executable=lambda path: lambda *words: None,
                         **{name: directive(name) for name in ("license", "version", "variant", "requires", "generator")})
    sys.modules.update({"spack": spack, "spack.package": package})
    names: dict[str, object] = {}
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), names)
    assert "version" in called and "license" in called, called
    return names["Mtc"], depends


def main() -> int:
    package, depends = recipe(sys.argv[1])
    debian = sys.stdin.read().split()
    problems = [f"{name} is new in tools/setup: add what it is for Spack" for name in debian if name not in SAME]
    wanted = {SAME[name] for name in debian if SAME.get(name)} | {"c"}
    problems += [f"{name} is missing in {sys.argv[1]}" for name in sorted(wanted - depends.keys())]
    problems += [f"{name} is not what tools/setup installs" for name in sorted(depends.keys() - wanted)]
    with open(sys.argv[2], encoding="utf-8") as file:
        cmake = file.read()
    asked = dict(re.findall(r"find_package\((\w+) ([0-9.]+)", cmake))
    asked_of = {spack: asked[name] for name, spack in CMAKE.items()}
    asked_of["cmake"] = re.search(r"cmake_minimum_required\(VERSION ([0-9.]+)", cmake)[1]
    problems += [f"{depends[name]}: CMakeLists.txt asks for {version}" for name, version in asked_of.items()
                 if f"{name}@{version}:" not in depends[name]]
    with_postgresql = types.SimpleNamespace(satisfies=lambda spec: spec == "+postgresql")
    made = package()
    made.spec = with_postgresql
    options = made.cmake_args()
    problems += [f"{option}: CMakeLists.txt has no such option" for option in options
                 if (name := option[2:].split("=")[0]).startswith("MTC_") and f"option({name} " not in cmake]
    for problem in problems:
        print(f"check_spack: {problem}", file=sys.stderr)
    if problems:
        return 1
    print(f"{len(depends)} dependencies of the Spack recipe are those of {len(debian)} Debian packages, "
          f"{len(asked_of)} versions those of CMakeLists.txt")
    return 0


sys.exit(main())
