#!/usr/bin/env bash
# Commands a second, mtc's sweeps beside GNU parallel, xargs and a bare C master and workers with posix_spawn, in turn on
# the same machine with two commands at a time; how busy 2, 4 and 16 ranks are kept by commands of 10 ms; and what half a
# million tasks cost rank 0. Quote the ratios, the absolute figures move with the machine.
#     tests/benchmark/commands.sh [rate] [efficiency] [large]      MTC=build/mtc ROUNDS=3 RANKS="2 4 16" PYTHON=python3
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mtc=$(realpath "${MTC:-$here/../../build/mtc}")
python=${PYTHON:-python3}
parts=${*:-rate efficiency large}
# shellcheck source=tools/mpi_env.sh
. "$here/../../tools/mpi_env.sh"
mpi_env 17
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# seconds COMMAND...   that it takes, its output to /dev/null
seconds() {
    local began
    began=$(date +%s.%N)
    "$@" > /dev/null 2>&1 < /dev/null
    echo "$(date +%s.%N) $began" | awk '{ print $1 - $2 }'
}
# stage_rate RANKS INPUT   units over the seconds of the stage, as mtc says them
stage_rate() {
    timeout 300 mpirun -n "$1" "$mtc" "$2" --output rate.h5 --fresh 2>&1 |
        awk '/^sweep: .* units in/ { printf "%.0f\n", $2 / $5 }'
}

rates() {
    local n=2000 name rate
    printf 'calculation_mode = command\ncommand = /bin/true {x}\nparameter.x = range 1:%d:1\n' $n > capture.ini
    { cat capture.ini && printf 'stdout_bytes = 0\nstderr_bytes = 0\n'; } > plain.ini
    seq $n > list.txt
    mpicc -O2 "$here/bare_spawn.c" -o bare
    cc -O2 "$here/bare_vfork.c" -o least
    declare -A best=()
    run_of() { # NAME   commands a second
        case $1 in
            parallel) awk -v n=$n '{ print n / $1 }' <<< "$(seconds parallel --will-cite -j 2 -a list.txt /bin/true)" ;;
            parallel_u) awk -v n=$n '{ print n / $1 }' <<< "$(seconds parallel --will-cite -u -j 2 -a list.txt /bin/true)" ;;
            xargs) awk -v n=$n '{ print n / $1 }' <<< "$(seconds xargs -a list.txt -P 2 -n 1 /bin/true)" ;;
            bare) OMPI_MCA_mpi_yield_when_idle=1 timeout 120 mpirun -n 3 ./bare $n /bin/true x ;;
            least) ./least 2 $n /bin/true x ;; # nothing that runs commands is faster
            mtc) stage_rate 3 plain.ini ;;
            mtc_capture) stage_rate 3 capture.ini ;;
            mtc_in_all) awk -v n=$n '{ print n / $1 }' <<< "$(seconds mpirun -n 3 "$mtc" plain.ini --output all.h5 --fresh)" ;;
        esac
    }
    local names=(least xargs bare mtc mtc_capture mtc_in_all)
    if command -v parallel > /dev/null; then
        names+=(parallel parallel_u)
    else
        echo "SKIPPED: no GNU parallel here (apt install parallel)"
    fi
    for ((round = 0; round < ${ROUNDS:-3}; ++round)); do
        for name in "${names[@]}"; do
            rate=$(run_of "$name")
            best[$name]=$(awk -v a="${best[$name]:-0}" -v b="$rate" 'BEGIN { printf "%.0f", (a > b ? a : b) }')
        done
    done
    echo "$n x /bin/true, two at a time, best of ${ROUNDS:-3} [commands/s]"
    for name in "${names[@]}"; do
        awk -v name="$name" -v rate="${best[$name]}" -v plain="${best[mtc]}" -v capture="${best[mtc_capture]}" \
            'BEGIN { printf "%-12s %6d   mtc %5.2f times, with capture %5.2f times\n", name, rate, plain / rate, capture / rate }'
    done
}

efficiency() {
    local n=10000
    printf 'calculation_mode = command\ncommand = sleep 0.01\nparameter.x = range 1:%d:1\nstdout_bytes = 0\nstderr_bytes = 0\n' $n > short.ini
    for ranks in ${RANKS:-2 4 16}; do # parted by blanks
        timeout 300 mpirun -n "$ranks" "$mtc" short.ini --output short.h5 --fresh > /dev/null 2>&1
        "$python" - short.h5 $((ranks - 1)) << 'PY'
import sys, h5py
p = h5py.File(sys.argv[1])["/performance/commands"][()]
workers, wall = int(sys.argv[2]), p["wall_s"]
makespan = (p["start"] + wall).max() - p["start"].min()
print(f"{len(p)} x sleep 0.01 on {workers + 1} ranks: {makespan:.2f} s, a command {1e3 * wall.mean():.2f} ms from start to end, "
      f"efficiency {wall.sum() / workers / makespan:.3f}")
PY
    done
}

large() {
    printf 'calculation_mode = command\ncommand = /bin/true {a} {b}\nparameter.a = range 1:1000:1\nparameter.b = range 1:500:1\nstdout_bytes = 0\nstderr_bytes = 0\n' > large.ini
    local began first peak
    for life in start resume; do
        began=$(date +%s.%N)
        timeout 120 mpirun -n 3 "$mtc" large.ini --walltime 25 > /dev/null 2> messages.txt &
        while ! grep -qE '^sweep: |sweep +[0-9.]+ %' messages.txt 2> /dev/null && kill -0 $! 2> /dev/null; do sleep 0.05; done
        first=$(date +%s.%N)
        sleep 10
        peak=$(awk '/VmHWM/ { print $2 / 1e3; exit }' "/proc/$(pgrep -P $! -f large.ini | head -n 1)/status")
        wait $! || true
        echo "500,000 tasks, $life: $(awk -v a="$began" -v b="$first" 'BEGIN { printf "%.2f", b - a }') s to the first line of progress, $peak MB at rank 0 after ten seconds"
    done
}

for part in $parts; do
    case $part in
        rate) rates ;;
        efficiency) efficiency ;;
        large) large ;;
        *) echo "$part (accepted: rate, efficiency, large)" >&2 && exit 2 ;;
    esac
done
