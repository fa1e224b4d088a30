#!/usr/bin/env python3
"""CPU seconds of hazard jobs on one rank beside OpenQuake's for jobs of the same size, and strong scaling.

    hazard_jobs.py [--build BUILD] [--repeat N] [--only KIND] [--scaling RANKS]

OpenQuake's seconds were taken on one core whose std::exp takes 2.7 ns. Here std::exp is timed between the runs, and
the ratio is that of seconds over nanoseconds. `all` is user and system time of the whole program, `computing` the same
less that of a job of one site and 36 ruptures: the start of MPI, mostly. The least of N runs counts, and the least
std::exp.
--scaling runs the area model on 1 to RANKS ranks, then plans it for up to 4,096 from the measured durations.
"""
import argparse
import os
import resource
import subprocess
import sys
import tempfile

import h5py

HERE = os.path.dirname(os.path.abspath(__file__))
OPENQUAKE_EXP_NS = 2.7
# Name, arguments of make_hazard_job.py, OpenQuake's CPU seconds.
DEMO = ["--models", "1", "--levels", "45"]
JOBS = {
    "area model": (["area"], 46.0),
    "area demo": (["plain-area", *DEMO, "--ruptures", "416", "--sites", "2457", "--imts", "8"], 7.9),
    "simple fault": (["simple", *DEMO, "--length", "82.5", "--sites", "1521", "--imts", "9"], 10.0),
    "complex fault": (["complex", *DEMO, "--length", "113.8", "--sites", "1610", "--imts", "9"], 16.0),
}


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def make(folder, arguments):
    subprocess.run([sys.executable, os.path.join(HERE, "make_hazard_job.py"), arguments[0], folder, *arguments[1:]], check=True)


def run(build, folder, n_ranks=1):
    """Returns CPU seconds of all processes and the output."""
    output = os.path.join(folder, "out.h5")
    before = cpu_seconds()
    log = subprocess.run(["mpirun", "--bind-to", "none", "-n", str(n_ranks), os.path.join(build, "mtc"), os.path.join(folder, "job.ini"),
                          "--output", output, "--fresh"], capture_output=True, text=True, timeout=300)
    if log.returncode != 0:
        sys.exit(log.stderr)
    return cpu_seconds() - before, output


def std_exp_ns(build):
    return float(subprocess.run([os.path.join(build, "tests", "hazard_account"), "--std-exp"], capture_output=True,
                                text=True, check=True).stdout)


def scaling(build, folder, most_ranks):
    make(folder, JOBS["area model"][0])
    print("\narea model: ranks, seconds of the compute stage, efficiency")
    first = None
    for ranks in range(1, most_ranks + 1):
        seconds = []
        for _ in range(3):
            output = run(build, folder, ranks)[1]
            with h5py.File(output) as file:
                seconds.append(float(file["performance/operations"][file["performance/operations"]["operation"] == b"compute"]["max_s"][0]))
        first = first or min(seconds)
        print(f"{ranks:5d} {min(seconds):8.3f} {first / min(seconds) / ranks:6.3f}", flush=True)
        if ranks == 1:
            plan = subprocess.run([os.path.join(build, "mtc"), "plan", output, "--ranks", "64,256,1024,4096"], capture_output=True, text=True)
    print(plan.stdout or plan.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(HERE, "..", "..", "build"))
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--only", choices=JOBS)
    parser.add_argument("--scaling", type=int, default=0, metavar="RANKS")
    wish = parser.parse_args()
    least = {}
    exp_ns = std_exp_ns(wish.build)
    with tempfile.TemporaryDirectory() as folder:
        for name, (arguments, _) in JOBS.items():
            if wish.only in (None, name):
                make(os.path.join(folder, name), arguments)
                least[name] = float("inf")
        make(os.path.join(folder, "start"), ["area", "--ruptures", "36", "--sites", "1", "--models", "1", "--imts", "1", "--levels", "2"])
        start = float("inf")
        for _ in range(wish.repeat):
            start = min(start, run(wish.build, os.path.join(folder, "start"))[0])
            for name in least:
                least[name] = min(least[name], run(wish.build, os.path.join(folder, name))[0])
                exp_ns = min(exp_ns, std_exp_ns(wish.build))
        print(f"std::exp {exp_ns:.2f} ns here, {OPENQUAKE_EXP_NS} ns where OpenQuake ran")
        print("job             OpenQuake [s]  computing [s]  all [s]  ratio of computing  of all")
        for name, whole in least.items():
            theirs, computing = JOBS[name][1], whole - start
            scaled = theirs * exp_ns / OPENQUAKE_EXP_NS
            print(f"{name:15s} {theirs:13.1f} {computing:14.2f} {whole:8.2f} {scaled / computing:19.1f} {scaled / whole:7.1f}")
        if wish.scaling:
            scaling(wish.build, os.path.join(folder, "scaling"), wish.scaling)


if __name__ == "__main__":
    main()
