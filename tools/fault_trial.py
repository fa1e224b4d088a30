"""One run of mtc that something is done to: starting it, finding its processes, waiting, comparing its results.

Used by tools/faults. Every process of a trial carries a mark in its environment, by which alone it is found: nothing
else on the machine is ever touched.
"""

import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time

TOOLS = pathlib.Path(__file__).resolve().parent


class TrialError(Exception):
    """The run did something that it must not do; the text says what."""


class Missed(Exception):
    """The run was over before anything could be done to it."""


class Run:
    """mtc under mtcrun, or plain mpirun, in the background."""

    def __init__(self, folder, mtc, n_ranks, arguments, deadline_s, wrapped=True, mark=None):
        self.folder = folder
        self.mark = mark or f"{os.getpid()}.{random.getrandbits(48):x}"
        self.began = time.monotonic()
        self.ends_by = self.began + deadline_s
        self.n_ranks = n_ranks
        environment = dict(os.environ, MTC_FAULT_TRIAL=self.mark, MTC=str(mtc),
                           OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                           OMPI_MCA_rmaps_base_oversubscribe="1", OMPI_MCA_hwloc_base_use_hwthreads_as_cpus="1")
        if wrapped:
            command = [str(TOOLS / "mtcrun"), "-n", str(n_ranks), "--"]
        else:
            command = ["mpirun", "-n", str(n_ranks), str(mtc)]
        self.messages = folder / "messages.txt"
        with open(self.messages, "ab") as out:
            self.process = subprocess.Popen(command + arguments, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=out, start_new_session=True)

    def processes(self):
        """{pid: rank, or None for what is no rank} of all processes of this trial."""
        found = {}
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                environment = pathlib.Path("/proc", name, "environ").read_bytes().split(b"\0")
                command = pathlib.Path("/proc", name, "comm").read_text().strip()
            except OSError:
                continue
            if f"MTC_FAULT_TRIAL={self.mark}".encode() not in environment:
                continue
            rank = None
            if command == "mtc":
                for entry in environment:
                    if entry.startswith(b"OMPI_COMM_WORLD_RANK="):
                        rank = int(entry.split(b"=")[1])
            found[int(name)] = rank
        return found

    def rank(self, number):
        """Process id of a rank; waits until it is there."""
        while True:
            for pid, rank in self.processes().items():
                if rank == number:
                    return pid
            self.insist_on_time(f"rank {number} is not there")
            time.sleep(0.02)

    def send(self, number, what):
        """A signal to a rank. False when it has ended meanwhile."""
        try:
            os.kill(self.rank(number), what)
            return True
        except ProcessLookupError:
            return False

    def kill_all(self):
        """The whole job at once, as at the loss of a machine."""
        while True:
            pids = [pid for pid in self.processes() if pid != os.getpid()]
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            if not pids:
                break
            time.sleep(0.02)
        self.process.wait()

    def insist_on_time(self, doing):
        if self.process.poll() == 0:
            raise Missed(doing)
        if self.process.poll() is not None:
            raise TrialError(f"the run ended ({self.process.returncode}) while: {doing}")
        if time.monotonic() > self.ends_by:
            raise TrialError(f"too late: {doing}")

    def until(self, condition, doing, pause_s=0.005):
        while not condition():
            self.insist_on_time(doing)
            time.sleep(pause_s)

    def computes(self, stage):
        """Whether rank 0 says that this stage is being computed."""
        try:
            said = (self.folder / "out.h5.status").read_text()
        except OSError:
            return False
        return re.search(rf"^stage = {stage}$", said, re.M) and re.search(r"^exit_status = 4$", said, re.M)

    def end(self):
        """Waits. Returns the exit status."""
        try:
            return self.process.wait(timeout=max(0.1, self.ends_by - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise TrialError("did not end in time") from None

    def said(self):
        return self.messages.read_text(errors="replace")

    def n_recomputed(self):
        return sum(int(n) for n in re.findall(r"(\d+) units are computed again", self.said()))

    def elapsed(self):
        return time.monotonic() - self.began


def saves(folder):
    """Files of checkpoints that hold something whole: {path: time of the last change}."""
    found = {}
    for path in (folder / "out.h5.ckpt").rglob("*"):
        try:
            status = path.stat()
        except OSError:
            continue
        if (path.suffix in (".a", ".b") and status.st_size > 3000) or (path.suffix == ".journal" and status.st_size > 1000):
            found[path] = status.st_mtime_ns
    return found


def same_results(one, other):
    """Whether all of /results is the same, byte for byte."""
    compared = subprocess.run([sys.executable, str(TOOLS / "compare_results"), str(one), str(other)],
                              capture_output=True, text=True, timeout=60, check=False)
    if compared.returncode not in (0, 1):
        raise TrialError(f"the results cannot be compared: {compared.stdout}{compared.stderr}")
    return compared.returncode == 0
