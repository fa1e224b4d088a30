"""Pulls the cable of a host whose rank has nothing to do: pull_cables.py MTC FOLDER. Status 77 where no hosts can be made.

Rank 0 on the first of three hosts hands out one command, so that one of the other two ranks waits. The file system is
common to them, and so signs of life of ranks without a network go on coming.
"""

import pathlib
import signal
import subprocess
import sys
import time

from fault_files import events
from fault_hosts import N_HOSTS, Hosts
from fault_trial import Missed, Run, SkipTrial, TrialError

TIMEOUT_S = 3  # after which a rank that gets no messages is lost
DEADLINE_S = 90  # five times what a run takes
INPUT = """calculation_mode = command
parameter.x = 1
command = echo {x}; hostname > {folder}/host.new && mv {folder}/host.new {folder}/host; until [ -e {folder}/enough ]; do sleep 0.1; done
worker_timeout = {timeout}
checkpoint_interval = 0.5
output = {folder}/out.h5
"""


def work_on_its_way(run, folder, computing):
    """The only other worker dies: its work goes to the rank without a network, which does not get it."""
    run.send(computing, signal.SIGKILL)
    run.until(lambda: f"rank {computing} was lost" in run.said(), "waiting for the death to be seen")
    (folder / "enough").touch()
    return 2


def nothing_to_do(run, folder, computing):
    """All else is done before anything is sent to it."""
    (folder / "enough").touch()
    return 1


def pull(mtc, folder, then):
    """Insists that the run completes without the ranks that were lost."""
    folder.mkdir()
    job = folder / "job.ini"
    job.write_text(INPUT.replace("{folder}", str(folder)).replace("{timeout}", str(TIMEOUT_S)))
    with Hosts(folder / "net") as hosts:
        run = Run(folder, mtc, N_HOSTS, [str(job)], DEADLINE_S, hosts)
        try:
            run.until((folder / "host").exists, "waiting for the command")
            at_work = (folder / "host").read_text().strip()
            waiting = next(name for name in hosts.names[1:] if name != at_work)
            computing = hosts.ranks_on(run, at_work)[0]
            time.sleep(0.5)  # nothing is under way any more
            hosts.pull_cable(waiting)
            n_lost = then(run, folder, computing)
            # mtcrun takes seconds more to end an mpirun that waits for the host.
            wait_until_told(run, mtc, folder)
        finally:
            run.kill_all()
    if status(mtc, folder) != 0:
        raise TrialError(f"mtc status says {status(mtc, folder)}: {run.said()}")
    told = [text for _, _, _, kind, text in events(folder / "out.h5") if kind == "rank_lost"]
    if len(told) != n_lost or not any("its messages do not arrive" in text for text in told):
        raise TrialError(f"{n_lost} ranks were lost, but the table of events says {told}")
    print(f"{then.__name__}: complete after {run.elapsed():.1f} s without {n_lost} of {N_HOSTS} ranks", flush=True)


def wait_until_told(run, mtc, folder):
    """How the run ended."""
    try:
        run.until(lambda: status(mtc, folder) not in (4, None), "waiting for the end", 0.1)
    except Missed:
        pass  # mtcrun has ended, too


def status(mtc, folder):
    """Of the run, as the status file of its output tells; None before there is one."""
    if not (folder / "out.h5.status").exists():
        return None
    return subprocess.run([mtc, "status", str(folder / "out.h5")], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=False).returncode


def main():
    mtc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for then in (work_on_its_way, nothing_to_do):
        try:
            pull(mtc, folder / then.__name__, then)
        except SkipTrial as why:
            print(f"SKIPPED: {why}")
            return 77
        except TrialError as why:
            print(f"FAILED: {then.__name__}: {why}\n{(folder / then.__name__ / 'messages.txt').read_text()}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
