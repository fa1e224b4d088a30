"""Three hosts on this machine, each with its own network, name and processes, for tools/faults.

They are made by netns-up and netns-down in the folder batch of MTC_TEST_DATA; without these, or without root, trials on
hosts are skipped.
"""

import os
import pathlib
import signal
import subprocess
import time

from fault_trial import SkipTrial, TOOLS, TrialError

N_HOSTS = 3


class Hosts:
    """While it lives. The file system is common to them."""

    def __init__(self, folder):
        batch = pathlib.Path(os.environ.get("MTC_TEST_DATA", TOOLS.parent.parent / "shared")) / "batch"
        if not (batch / "netns-up").exists():
            raise SkipTrial(f"no {batch}/netns-up, which makes hosts of one machine")
        if os.geteuid() != 0:
            raise SkipTrial("making hosts needs root")
        self.batch = batch
        self.folder = folder
        self.names = [f"node{i + 1}" for i in range(N_HOSTS)]
        self.up()

    def up(self):
        """Makes those that are not there."""
        made = subprocess.run([str(self.batch / "netns-up"), "-n", str(N_HOSTS), "-s", "4", str(self.folder)],
                              capture_output=True, text=True, timeout=60, check=False)
        if made.returncode != 0:
            raise SkipTrial(f"hosts cannot be made: {made.stderr.strip()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run([str(self.batch / "netns-down"), str(self.folder)], check=False, timeout=60)

    def command(self, n_ranks):
        """Of a run that begins on the login host and has its ranks on the others in turn."""
        names = ("MTC_FAULT_TRIAL", "OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM",
                 "OMPI_MCA_rmaps_base_oversubscribe", "OMPI_MCA_hwloc_base_use_hwthreads_as_cpus")
        if "MTC_HOME" in os.environ:  # not the records of whoever runs this
            names += ("MTC_HOME",)
        # Each host believes that all processors are its own.
        passed = [word for name in (*names, "OMPI_MCA_mpi_yield_when_idle=1") for word in ("-x", name)]
        return [str(self.folder / "enter"), "login", str(TOOLS / "mtcrun"), "--hostfile", str(self.folder / "hostfile"),
                "--mca", "plm_rsh_agent", str(self.folder / "agent"), "-n", str(n_ranks), "--map-by", "node", *passed, "--"]

    def network_of(self, pid):
        return os.readlink(f"/proc/{pid}/ns/net")

    def pid(self, host):
        return int((self.folder / f"{host}.pid").read_text())

    def ranks_on(self, run, host):
        """Their numbers, once they are all there."""
        while True:
            network = self.network_of(self.pid(host))
            found = []
            for pid, rank in run.processes().items():
                try:
                    if rank is not None and self.network_of(pid) == network:
                        found.append(rank)
                except OSError:
                    pass
            if len(found) == run.n_ranks // N_HOSTS:
                return sorted(found)
            run.insist_on_time(f"no ranks on {host}")
            time.sleep(0.02)

    def cut_power(self, host):
        os.kill(self.pid(host), signal.SIGKILL)  # the first process of the host, and so all of them, at once
        subprocess.run([str(self.batch / "netns-down"), str(self.folder), host], check=True, timeout=60)

    def link(self, host, state):
        subprocess.run([str(self.folder / "enter"), "login", "ip", "link", "set", host, state], check=True, timeout=60)

    def pull_cable(self, host):
        self.link(host, "down")

    def plug_in(self, host):
        self.link(host, "up")

    def wait_until_left(self, host, seconds):
        """No process named mtc is left there: ranks that were given up must not compute for ever."""
        network = self.network_of(self.pid(host))
        ends_by = time.monotonic() + seconds
        while True:
            left = []
            for name in os.listdir("/proc"):
                try:
                    if name.isdigit() and self.network_of(int(name)) == network and \
                            pathlib.Path("/proc", name, "comm").read_text().strip() == "mtc":
                        left.append(name)
                except OSError:
                    pass
            if not left:
                return
            if time.monotonic() > ends_by:
                raise TrialError(f"processes are left on {host}: {' '.join(left)}")
            time.sleep(0.1)
