"""What happens to the files of runs: disks that are full, files that are damaged or of something else. \see fault_kinds.py"""

import random
import shutil
import signal
import subprocess
import time

from fault_files import damage, make_older, saves
from fault_trial import Missed, SkipTrial, TrialError


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
    candidates = sorted(saves(trial.folder))
    random.shuffle(candidates)
    for path in candidates:
        try:
            version = make_older(path)
            break
        except ValueError:  # killed while it was written for the first time: not yet a save
            continue
    else:
        raise Missed("no save was whole")
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
        trial.until_said(run, "not saved")
        if random.random() < 0.5:
            (small.folder / "filler").unlink()
        time.sleep(random.random() * trial.interval)
        trial.kill(run, trial.worker())
        return run, run.end()


def room_again(trial):
    """The disk for checkpoints is full for some time. What could not be saved is saved as soon as there is room: when the
    whole job is killed after that, no more than an interval is lost."""
    with Tmpfs(trial.folder / "small", "size=64m") as small:
        trial.extra = ["--set", f"checkpoint_dir={small.folder}"]
        run = trial.start()
        trial.wait_for_save(run)
        small.fill()
        trial.until_said(run, "not saved")
        time.sleep(2 * random.random() * trial.interval)
        (small.folder / "filler").unlink()
        trial.until_said(run, "saved again")
        time.sleep(3 * trial.interval + random.random() * trial.interval)
        trial.kill_all(run)
        again = trial.start_elsewhere()
        return again, again.end()


def full_at_stop(trial):
    """The disk for checkpoints is full when the run is to leave: it says that not all is saved, and goes on from the save before."""
    with Tmpfs(trial.folder / "small", "size=64m") as small:
        trial.extra = ["--set", f"checkpoint_dir={small.folder}"]
        run = trial.start()
        trial.wait_for_save(run)
        small.fill()
        trial.until_said(run, "not saved")
        run.send(trial.worker(), signal.SIGUSR1)
        status = run.end()
        if status != 75 or "stopped, not all could be saved" not in run.said():
            raise TrialError(f"stopped with a full disk: exit status {status} instead of 75, or not told")
        (small.folder / "filler").unlink()
        again = trial.start_elsewhere()
        status = again.end()
        if "going on from" not in again.said():
            raise TrialError("it began anew")
        return again, status


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
