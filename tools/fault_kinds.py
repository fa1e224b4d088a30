"""What happens to runs on clusters: each function does one of these things to a run of mtc.

It takes a fault_trial.Trial and returns the run whose exit status counts, and that status.
"""

import itertools
import os
import random
import signal
import time

from fault_disks import (damaged, fills_up, foreign, full_at_stop, full_for_checkpoints, full_for_output, older, read_only,
                         removed, room_again)
from fault_files import events, saves
from fault_hosts import Hosts
from fault_trial import Missed, TrialError


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
    """Of the worker: while it writes, or just after."""
    run = trial.start()
    trial.until_computing(run, 0.5)
    number = trial.worker()
    trial.wait_for_save_of(run, run.rank(number))
    time.sleep(random.random() * 0.003)
    trial.kill(run, number)
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
    """Past the timeout, and then it comes back. In half of the trials it saves when it is stopped, and goes on with that when
    its units are others' already."""
    run = trial.start()
    trial.until_computing(run, 0.3)
    number = trial.worker()
    pid = run.rank(number)
    if random.random() < 0.5:
        trial.wait_for_save_of(run, pid)
    run.send(number, signal.SIGSTOP)
    trial.inside.append(run.computes(trial.workload.stage))
    run.until(lambda: f"rank {number} was lost" in run.said(), "waiting for it to be missed")
    trial.killed.append(number)
    time.sleep(random.random() * 0.5)
    send_to_one(pid, signal.SIGCONT)
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


# Each is tried in turn: how it is sent, to whom, and which.
SIGNALS = itertools.cycle(itertools.product(
    ("once", "again while it saves", "many times"),
    ("worker", "rank 0", "mtcrun", "mpirun"),
    (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGINT)))


def signals(trial):
    """On a worker, on rank 0, on mtcrun or on an mpirun without it: saves, leaves with 75, goes on."""
    how, target, what = next(SIGNALS)
    run = trial.start(wrapped=target != "mpirun")
    trial.until_computing(run, 0.5)
    pid = {"worker": lambda: run.rank(trial.worker()), "rank 0": lambda: run.rank(0)}.get(target, lambda: run.process.pid)()
    often = 2 if target == "mtcrun" else 4  # a third one means at once there
    for number in range(often if how == "many times" else 1):
        time.sleep(0.0 if number == 0 else random.random() * 0.1)
        send_to_one(pid, what)
    if how == "again while it saves":
        trial.until_said(run, "mtc: stopping:")
        time.sleep(random.random() * 0.05)
        send_to_one(pid, what)
    status = run.end()
    # mpirun that is told to end gives its ranks a second; told again, none, and what comes while it ends may end it, too.
    if target == "mpirun" and status != 0:
        status = 75
    if (target != "mpirun" or what in (signal.SIGUSR1, signal.SIGUSR2)) and "stopped, all is saved" not in run.said():
        raise TrialError(f"{what.name} on {target}, {how}: not all is saved")
    if status != 75:
        raise TrialError(f"{what.name} on {target}, {how}: exit status {status} instead of 75")
    ends_by = time.monotonic() + 60
    while trial.status() != 75:  # until somebody has buried a rank 0 that was killed
        if time.monotonic() > ends_by:
            raise TrialError(f"{what.name} on {target}, {how}: mtc status says {trial.status()} instead of 75")
        time.sleep(0.1)
    return trial.start_elsewhere(), 0


def send_to_one(pid, what):
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        pass


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
          foreign, full_for_checkpoints, fills_up, room_again, full_at_stop, full_for_output, read_only, power_cut, pulled_cable]
# What is not meant to hit computing, or kills nobody.
ELSEWHERE = {at_end, at_writing, whole_job_at_writing, whole_job_resuming}
