#!/usr/bin/env bash
# What saving costs a rank that holds 1 GB of sums and changes all of them between two saves: for each save the bytes,
# how long they took to be on the disk, and the processor time of copying and writing. An interval is at least 100 times
# that time, and at least 60 s: the share of the run is what stands in the last lines, 1 % at most.
# One process, then two at a time, on the disk of FOLDER.
#     tests/benchmark/checkpoint_cost.sh [BUILD [FOLDER [MEGABYTES]]]
set -euo pipefail
build=$(realpath "${1:-build}")
folder=${2:-.}
megabytes=${3:-1000}
seconds=${SECONDS_EACH:-24}

for n in 1 2; do
    echo "--- $n at a time"
    for i in $(seq "$n"); do
        mkdir -p "$folder/$i"
        timeout 300 "$build/tests/checkpoint_benchmark" "$folder/$i" "$megabytes" "$seconds" 5 > "$folder/$i/said.txt" &
    done
    wait
    for i in $(seq "$n"); do
        cat "$folder/$i/said.txt"
        sed -n 's/.*of them \([0-9.]*\) s of processor time.*/\1/p' "$folder/$i/said.txt" |
            awk '{ sum += $1; if ($1 > most) most = $1 }
                END { interval = most * 100 > 60 ? most * 100 : 60
                      printf "dearest save %.3f s of processor: an interval of %.0f s, %.2f %% of the run\n", most, interval, 100 * most / interval }'
        rm -r "${folder:?}/$i"
    done
done
