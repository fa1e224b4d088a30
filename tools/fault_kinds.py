"""What happens to runs on clusters: each function does one of these things to a run of mtc.

It takes a fault_trial.Trial and returns the run whose exit status counts, and that status.
"""

import os
import random
import shutil
import signal
import subprocess
import time

from fault_files import damage, events, make_older, saves
from fault_hosts import Hosts
from fault_trial import Missed, SkipTrial, TrialError


def worker(trial):
    run = trial.start()
    trial.until_computing(run)
    trial.kill(run, trial.worker())
    return run, 0


def two_workers(trial):
    trial.n_ranks = max(trial.n_ranks, 3)
    run = trial.start()
    trial.until_computing(run)
    for number in random.sample(range(1, trial.n_ranks), 2):
        trial.kill(run, number)
        time.sleep(random.random() * 0.3)
    return run, 0


def all_workers(trial):
    run = trial.start()
    trial.until_computing(run, 0.5)
    for number in range(1, trial.n_ranks):
        trial.kill(run, number)
    return run, 0


def at_checkpoint(trial):
    run = trial.start()
    trial.until_computing(run, 0.5)
    trial.wait_for_save(run)
    trial.kill(run, trial.worker())
    return run, 0


def at_end(trial):
    """During reduction and statistics, and before: whatever falls around the end of computing."""
    run = trial.start()
    run.until(lambda: run.computes(trial.workload.stage), "waiting for the stage")
    run.until(lambda: not run.computes(trial.workload.stage) or f"{trial.workload.stage} 100 %" in run.said()
              or f"{trial.workload.stage}: 100" in run.said(), "waiting for the end of the stage", 0.001)
    time.sleep(random.random() * 0.05)
    trial.kill(run, trial.worker())
    return run, 0


def at_writing(trial):
    run = trial.start()
    part = trial.folder / "out.h5.part"
    run.until(lambda: part.exists() and part.stat().st_size > 0, "waiting for the writing", 0.0005)
    time.sleep(random.random() * 0.02)
    trial.kill(run, trial.worker())
    return run, 0


def being_sent_to(trial):
    """Tasks are short, so that rank 0 writes to it all the time. In half of the trials it is stopped first: messages wait."""
    trial.extra = ["--set", "task_duration=0.01"]
    run = trial.start()
    trial.until_computing(run, 0.5)
    number = trial.worker()
    if random.random() < 0.5:
        run.send(number, signal.SIGSTOP)
        time.sleep(0.3)
    trial.kill(run, number)
    return run, 0


def stopped(trial):
    """Past the timeout, and then it comes back."""
    run = trial.start()
    trial.until_computing(run, 0.3)
    number = trial.worker()
    pid = run.rank(number)
    run.send(number, signal.SIGSTOP)
    trial.inside.append(run.computes(trial.workload.stage))
    run.until(lambda: f"rank {number} was lost" in run.said(), "waiting for it to be missed")
    trial.killed.append(number)
    time.sleep(random.random() * 0.5)
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        pass
    return run, 0


def rank_0(trial):
    run = trial.start()
    trial.until_computing(run, 0.6)
    trial.kill(run, 0)
    return run, 0


def whole_job(trial):
    """Killed, once more while it is resumed, and ended on another number of ranks."""
    run = trial.start()
    trial.wait_for_save(run)
    trial.until_computing(run, 0.6)
    trial.kill_all(run)
    again = trial.start_elsewhere()
    again.until(lambda: "going on from" in again.said(), "waiting for the resumption", 0.001)
    time.sleep(random.random() * 0.3)
    trial.kill_all(again)
    return trial.start_elsewhere(), 0


def whole_job_at_writing(trial):
    """Killed while the output is written, and ended on another number of ranks."""
    run = trial.start()
    part = trial.folder / "out.h5.part"
    run.until(lambda: part.exists() and part.stat().st_size > 0, "waiting for the writing", 0.0005)
    time.sleep(random.random() * 0.02)
    run.kill_all()
    if trial.output.exists():
        raise Missed("the output was complete")
    trial.n_lives_lost += 1
    return trial.start_elsewhere(), 0


def whole_job_resuming(trial):
    """Killed while a resumption reads what was saved, before it computes, twice."""
    run = trial.start()
    trial.wait_for_save(run)
    trial.until_computing(run, 0.5)
    trial.kill_all(run)
    for _ in range(2):
        n_said = trial.runs[-1].said().count("memory: at most")
        again = trial.start_elsewhere()
        again.until(lambda: again.said().count("memory: at most") > n_said, "waiting for the resumption", 0.001)
        time.sleep(random.random() * 0.02)
        again.kill_all()
    return trial.start_elsewhere(), 0


def absorbing(trial):
    """Killed as soon as saves of the second life are there: those of the first may still be, too."""
    run = trial.start()
    trial.until_computing(run, 0.3)
    trial.wait_for_save(run)
    trial.kill_all(run)
    known = set(saves(trial.folder))
    again = trial.start_elsewhere()
    again.until(lambda: set(saves(trial.folder)) - known, "waiting for new saves", 0.0005)
    time.sleep(random.random() * 0.01)
    trial.kill_all(again)
    return trial.start_elsewhere(), 0


def after_a_death(trial):
    """A worker dies, the others go on; then the whole job is killed: what was sealed counts, and nothing twice."""
    trial.n_ranks = max(trial.n_ranks, 3)
    run = trial.start()
    trial.until_computing(run, 0.4)
    trial.kill(run, trial.worker())
    run.until(lambda: "was lost" in run.said(), "waiting for it to be missed")
    time.sleep(random.random() * 0.2 * trial.workload.expected_s(trial.n_ranks))
    trial.kill_all(run)
    return trial.start_elsewhere(), 0


def in_retries(trial):
    """One rank fails whatever it is given; a worker dies while the others compute that again."""
    trial.n_ranks = max(trial.n_ranks, 4)
    tasks = " ".join(str(i) for i in range(trial.workload.n_tasks))
    trial.extra = ["--set", f"fail_task={tasks}", "--set", "fail_rank=1", "--set", "on_error=retry:3"]
    run = trial.start()
    run.until(lambda: "made to fail" in run.said(), "waiting for failures")
    time.sleep(random.random() * 0.6 * trial.workload.expected_s(trial.n_ranks))
    trial.kill(run, random.randrange(2, trial.n_ranks))
    status = run.end()
    if status == 0:
        when = {kind: time_s for _, _, time_s, kind, _ in reversed(events(trial.output))}
        if when.get("rank_lost", 0.0) < when.get("retry", 1e9):
            raise Missed("nothing was computed again yet")
    return run, 0


def signals(trial):
    """On a worker, on rank 0 or on the wrapper, several times: saves, leaves with 75, goes on."""
    run = trial.start()
    trial.until_computing(run, 0.5)
    what = random.choice([signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGINT])
    target = random.choice(["worker", "rank 0", "wrapper"])
    pid = {"worker": lambda: run.rank(trial.worker()), "rank 0": lambda: run.rank(0),
           "wrapper": lambda: run.process.pid}[target]()
    for _ in range(1 if target == "wrapper" else random.randrange(1, 5)):
        os.kill(pid, what)
    status = run.end()
    if status != 75:
        raise TrialError(f"{what.name} on {target}: exit status {status} instead of 75")
    return trial.start_elsewhere(), 0


def removed(trial):
    """The folder of checkpoints goes during the run."""
    run = trial.start()
    trial.until_computing(run, 0.5)
    shutil.rmtree(trial.folder / "out.h5.ckpt", ignore_errors=True)
    time.sleep(2 * trial.interval)
    trial.kill(run, trial.worker())
    return run, 0


def interrupted(trial):
    """A run that was killed and has saved something."""
    run = trial.start()
    trial.wait_for_save(run)
    trial.until_computing(run, 0.3)
    trial.kill_all(run)


def damaged(trial):
    """A byte changed or the end cut off in any file of the checkpoints: costs work, never results."""
    interrupted(trial)
    damage(random.choice(sorted(saves(trial.folder))))
    return trial.start_elsewhere(), 0


def older(trial):
    """A save of the version of the format before: named, and what it held is computed again."""
    interrupted(trial)
    path = random.choice(sorted(saves(trial.folder)))
    version = make_older(path)
    again = trial.start_elsewhere()
    status = again.end()
    said = again.said()
    if f"warning: {path}" not in said or f"checkpoint of version {version} (this program reads {version + 1})" not in said:
        raise TrialError(f"the older version of {path} is not named")
    return again, status


def foreign(trial):
    """Of another input: refused; the rightful one goes on."""
    interrupted(trial)
    change = "investigation_time=49" if trial.workload.name == "hazard" else "n_tasks=99"
    status = trial.start(arguments=["--set", change]).end()
    if status != 2:
        raise TrialError(f"checkpoints of another input: exit status {status} instead of 2")
    return trial.start_elsewhere(), 0


class Tmpfs:
    """A small disk. Needs root; without it the trial is skipped."""

    def __init__(self, folder, options):
        folder.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True,
                          check=False).returncode != 0:
            raise SkipTrial("cannot mount a tmpfs")
        self.folder = folder

    def remount(self, options):
        subprocess.run(["mount", "-o", "remount," + options, str(self.folder)], check=True)

    def fill(self):
        """Leaves no byte."""
        with open(self.folder / "filler", "wb", buffering=0) as file:
            for n_bytes in (1 << 16, 1):
                try:
                    while file.write(bytes(n_bytes)):
                        pass
                except OSError:
                    pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", str(self.folder)], check=False)


def full_for_checkpoints(trial):
    """Nothing can be saved: it says so and goes on."""
    with Tmpfs(trial.folder / "small", "size=64k") as small:
        trial.extra = ["--set", f"checkpoint_dir={small.folder}"]
        run = trial.start()
        if run.end() != 0 or "not saved" not in run.said():
            raise TrialError("a full disk for checkpoints was not survived, or not told")
        return run, 0


def fills_up(trial):
    """The disk for checkpoints is full after a while, then no more; a worker dies meanwhile, or after."""
    with Tmpfs(trial.folder / "small", "size=64m") as small:
        trial.extra = ["--set", f"checkpoint_dir={small.folder}"]
        run = trial.start()
        trial.wait_for_save(run)
        small.fill()
        run.until(lambda: "not saved" in run.said(), "waiting for a save that fails")
        if random.random() < 0.5:
            (small.folder / "filler").unlink()
        time.sleep(random.random() * trial.interval)
        trial.kill(run, trial.worker())
        return run, run.end()


def full_for_output(trial):
    """The output cannot be written: fails and says why; with more space the same command writes it."""
    with Tmpfs(trial.folder / "small", "size=48k") as small:
        output = small.folder / "out.h5"
        trial.output = output
        trial.extra = ["--set", f"checkpoint_dir={trial.folder}"]
        run = trial.start()
        status = run.end()
        if status != 1 or "No space left" not in run.said():
            raise TrialError(f"a full disk for the output: exit status {status} instead of 1, or not told")
        small.remount("size=64m")
        run = trial.start()
        status = run.end()
        if status == 0:
            shutil.copy(output, trial.folder / "out.h5")
        trial.output = trial.folder / "out.h5"
        return run, 0


def read_only(trial):
    """Refused before anything is computed."""
    with Tmpfs(trial.folder / "small", "size=1m") as small:
        small.remount("ro")
        trial.output = small.folder / "out.h5"
        run = trial.start()
        status = run.end()
        if status not in (1, 2) or "Read-only" not in run.said():
            raise TrialError(f"a read-only folder: exit status {status}, or not told")
        return run, status


def power_cut(trial):
    """One of three hosts is gone at once, with all that runs on it. When rank 0 was there it comes back, and the same command goes on."""
    trial.n_ranks = 6
    with Hosts(trial.folder / "net") as hosts:
        run = trial.start(hosts=hosts)
        trial.until_computing(run, 0.5)
        host = random.choice(hosts.names)
        lost = hosts.ranks_on(run, host)
        trial.inside.append(run.computes(trial.workload.stage))
        hosts.cut_power(host)
        if 0 not in lost:
            status = run.end()
            trial.killed += lost
            return run, status
        status = run.end()
        if status != 75:
            raise TrialError(f"the host of rank 0 was lost: exit status {status} instead of 75")
        trial.n_lives_lost += 1
        hosts.up()
        again = trial.start(hosts=hosts)
        return again, again.end()


def pulled_cable(trial):
    """The link of one of three hosts goes down; what ran there leaves by itself."""
    trial.n_ranks = 6
    with Hosts(trial.folder / "net") as hosts:
        run = trial.start(hosts=hosts)
        trial.until_computing(run, 0.5)
        host = random.choice(hosts.names)
        lost = hosts.ranks_on(run, host)
        trial.inside.append(run.computes(trial.workload.stage))
        hosts.pull_cable(host)
        status = run.end()
        if 0 not in lost:
            trial.killed += lost
            hosts.wait_until_left(host, trial.options.deadline)
            return run, status
        if status == 75:
            trial.n_lives_lost += 1
            hosts.plug_in(host)
            hosts.wait_until_left(host, trial.options.deadline)
            run = trial.start(hosts=hosts)
            status = run.end()
        return run, status


FAULTS = [worker, two_workers, all_workers, at_checkpoint, at_end, at_writing, being_sent_to, stopped, in_retries, rank_0,
          whole_job, whole_job_at_writing, whole_job_resuming, absorbing, after_a_death, signals, removed, damaged, older,
          foreign, full_for_checkpoints, fills_up, full_for_output, read_only, power_cut, pulled_cable]
# What is not meant to hit computing, or kills nobody.
ELSEWHERE = {at_end, at_writing, whole_job_at_writing, whole_job_resuming}
