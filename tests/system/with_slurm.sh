# Sourced after common.sh by tests that want a Slurm of their own, which is started on this machine and ends with the test.
# Skips aloud where that cannot be.
# shellcheck shell=bash

can_start_slurm() { # says why not
    PATH=$PATH:/usr/sbin:/sbin
    [ -x "$MTC_TEST_DATA/batch/slurm-up" ] || { echo "no $MTC_TEST_DATA/batch/slurm-up, which starts a Slurm on one machine"; return 1; }
    local tool
    for tool in munged slurmctld slurmd sbatch; do
        command -v "$tool" > /dev/null || { echo "no $tool here (Debian: slurm-wlm, munge)"; return 1; }
    done
    [ "$(id -u)" -eq 0 ] || { echo "starting a Slurm needs root"; return 1; }
    unshare --uts --ipc --mount true 2> /dev/null || { echo "no right to make namespaces, which nodes of a Slurm need"; return 1; }
}

# Starts what of it is missing. One after the other: two at a time could find the same ports free.
start_slurm() { flock --close /tmp/mtc-slurm.lock "$MTC_TEST_DATA/batch/slurm-up" "${slurm_options[@]}" -o KillWait=5 "$slurm" 3>&-; }

end_slurm() {
    local status=$?
    if [ "$status" -ne 0 ]; then tail -n 60 ./*.log "$slurm/log/slurmctld.log" 2> /dev/null || true; fi
    "$MTC_TEST_DATA/batch/slurm-down" "$slurm" > /dev/null 2>&1 || true
    rm -rf "$slurm"
}

with_slurm() { # with_slurm NODES CORES [OPTIONS of slurm-up]
    local why environment
    why=$(can_start_slurm) || skip "$why"
    PATH=$PATH:/usr/sbin:/sbin
    slurm_options=(-n "$1" -c "$2" "${@:3}")
    slurm=$(mktemp -d /tmp/mtc-slurm.XXXXXX) # a short path: sockets lie there
    trap end_slurm EXIT
    environment=$(start_slurm)
    eval "$environment"
}

field() { # field JOB NAME   of the last record that Slurm has of it; asked again where Slurm is too busy to answer
    local records
    for _ in {1..10}; do
        ! records=$(scontrol --oneliner show job "$1") || break
        sleep 1
    done
    tail -n 1 <<< "$records" | grep -oE "(^| )$2=[^ ]*" | cut -d = -f 2
}
wait_until() { # wait_until SECONDS WHAT COMMAND...
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "waited too long for $what: $(squeue -h -o '%i %j %T %r' | tr '\n' ';')"
        sleep 0.3
    done
}
ended() { # not where Slurm is too busy to answer
    local said
    if said=$(squeue --noheader --jobs="$1" 2>&1); then [ -z "$said" ]; else [[ "$said" == *"Invalid job id"* ]]; fi
}
ended_with() { # ended_with JOB STATUS
    wait_until 600 "job $1" ended "$1"
    [ "$(field "$1" ExitCode)" = "$2:0" ] || fail "job $1 ended with $(field "$1" ExitCode) instead of $2:0"
}
