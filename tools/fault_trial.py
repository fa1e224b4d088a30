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
import time

from fault_files import events, processes_of, saves, saves_of, seconds_since_saves

TOOLS = pathlib.Path(__file__).resolve().parent


class TrialError(Exception):
    """The run did something that it must not do; the text says what."""


class Missed(Exception):
    """The run was over before anything could be done to it."""


class SkipTrial(Exception):
    """This machine does not let it be tried."""


class Run:
    """mtc in the background.

    hosts    a fault_hosts.Hosts on which it runs, or None
    wrapped  under mtcrun; otherwise under mpirun alone
    """

    def __init__(self, folder, mtc, n_ranks, arguments, deadline_s, hosts=None, wrapped=True):
        self.folder = folder
        self.mark = f"{os.getpid()}.{random.getrandbits(48):x}"
        self.began = time.monotonic()
        self.ends_by = self.began + deadline_s
        self.n_ranks = n_ranks
        environment = dict(os.environ, MTC_FAULT_TRIAL=self.mark, MTC=str(mtc),
                           OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                           OMPI_MCA_rmaps_base_oversubscribe="1", OMPI_MCA_hwloc_base_use_hwthreads_as_cpus="1")
        command = [str(TOOLS / "mtcrun"), "-n", str(n_ranks), "--"] if wrapped else ["mpirun", "-n", str(n_ranks), str(mtc)]
        if hosts is not None:
            command = hosts.command(n_ranks)
        self.messages = folder / "messages.txt"
        self.n_said_before = self.messages.stat().st_size if self.messages.exists() else 0  # by earlier runs
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
        return bool(re.search(rf"^stage = {stage}$", said, re.M) and re.search(r"^exit_status = 4$", said, re.M))

    def share_done(self, stage):
        """Of the stage, as it says once a second."""
        with open(self.messages, errors="replace") as file:
            file.seek(self.n_said_before)
            found = re.findall(rf"^{stage}: *([0-9.]+) %", file.read(), re.M)
        return 0.01 * float(found[-1]) if found else 0.0

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


class Trial:
    """One fault, done once to one workload."""

    def __init__(self, options, workload, folder):
        self.options = options
        self.workload = workload
        self.folder = folder
        self.n_ranks = random.choice(options.ranks)
        self.runs = []
        self.killed = []  # ranks, each while the others were to go on
        self.n_lives_lost = 0  # whole jobs killed
        self.inside = []  # of each kill, whether it fell inside computing
        self.lost_s = []  # [s] computed and not saved when a whole job was killed, one for each rank
        self.lost_in = []  # of these, the life
        self.extra = []
        self.output = folder / "out.h5"

    @property
    def interval(self):
        """Between saves of a rank [s]: short enough for many of them in a run."""
        return min(self.options.interval, self.workload.expected_s(self.n_ranks) / 15.0)

    def start(self, n_ranks=None, arguments=(), hosts=None, wrapped=True):
        every = self.workload.arguments(self.n_ranks) + [
            "--output", str(self.output), "--set", f"checkpoint_interval={self.interval:.3g}", "--set", "worker_timeout=3"]
        run = Run(self.folder, self.options.mtc, n_ranks or self.n_ranks, every + self.extra + list(arguments),
                  self.options.deadline, hosts, wrapped)
        run.known = processes_of(saves(self.folder))
        self.runs.append(run)
        return run

    def status(self):
        """What mtc says of the output without running it: its exit status."""
        return subprocess.run([str(self.options.mtc), "status", str(self.output)], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=60, check=False).returncode

    def start_elsewhere(self):
        """The same command again, on another number of ranks."""
        return self.start(random.choice(self.options.ranks))

    def worker(self):
        return random.randrange(1, self.n_ranks)

    def until_computing(self, run, most_of_it=0.8):
        """Until some share of the stage is done, by what it says once a second. A machine that is busier or less busy than
        when the undisturbed run was measured changes the time that this takes."""
        stage, share = self.workload.stage, random.random() * most_of_it
        run.until(lambda: run.computes(stage), "waiting for the stage")
        began = said_at = time.monotonic()
        done, expected_s = 0.0, self.workload.expected_s(self.n_ranks)

        def far_enough():
            nonlocal done, said_at, expected_s
            now = time.monotonic()
            said = run.share_done(stage)
            if said > done:
                done, said_at, expected_s = said, now, (now - began) / said
            return now >= said_at + (share - done) * expected_s

        run.until(far_enough, f"waiting for {100 * share:.0f} % of the stage")

    def kill(self, run, number):
        if "the same command goes on from what was saved" in run.said():
            return  # those that live are leaving: no loss any more
        self.inside.append(run.computes(self.workload.stage))
        if run.send(number, signal.SIGKILL):
            self.killed.append(number)

    def kill_all(self, run):
        """The whole job. What its ranks had computed and not saved is measured."""
        run.insist_on_time("about to kill it")
        self.inside.append(run.computes(self.workload.stage))
        run.kill_all()
        ages = seconds_since_saves(self.folder, time.time(), run.known)
        self.lost_s += ages
        self.lost_in += [self.n_lives_lost] * len(ages)
        self.n_lives_lost += 1

    def wait_for_save(self, run):
        known = saves(self.folder)
        run.until(lambda: saves(self.folder) != known, "waiting for a save", 0.001)

    def wait_for_save_of(self, run, pid):
        """Until this process begins to write what it saves."""
        begun = saves_of(pid)
        run.until(lambda: saves_of(pid) != begun, "waiting for a save of a rank", 0.0002)

    @staticmethod
    def until_said(run, words):
        run.until(lambda: words in run.said(), f"waiting for '{words}'")

    def untold_deaths(self):
        """Those that the output's table of events does not name."""
        rows = events(self.output)
        told = [text for _, _, _, kind, text in rows if kind in ("rank_lost", "resume")]
        untold = [f"rank {number}" for number in self.killed if not any(f"rank {number} was lost" in text for text in told)]
        n_resumed = sum(kind == "resume" for _, _, _, kind, _ in rows)
        if n_resumed < self.n_lives_lost:
            untold.append(f"{self.n_lives_lost - n_resumed} whole jobs")
        return untold
