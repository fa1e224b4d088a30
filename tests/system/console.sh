#!/usr/bin/env bash
# How much mtc says while it works, where it says it, and in which colours.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

job=("$inputs/hazard/job.ini" --set "intensity_measure_types_and_levels={'PGA': [0.1, 0.2]}")
unset NO_COLOR
said() { grep -qE -- "$1" "$2" || fail "'$1' is not in $2: $(cat "$2")"; }
silent() { ! grep -qE -- "$1" "$2" || fail "'$1' is in $2: $(cat "$2")"; }

echo "--- as ever: the course of things on standard error, nothing on standard output"
with_status 0 on_ranks 2 "${job[@]}" --output normal.h5 > output.txt 2> messages.txt
[ ! -s output.txt ] || fail "a run writes to standard output: $(cat output.txt)"
said '^note: ' messages.txt
said ' units in ' messages.txt
said 'normal.h5 written' messages.txt
silent $'\033' messages.txt

echo "--- --quiet: nothing but warnings and errors"
with_status 0 on_ranks 2 "${job[@]}" --output quiet.h5 --quiet 2> messages.txt
[ ! -s messages.txt ] || fail "--quiet says: $(cat messages.txt)"
with_status 3 on_ranks 2 "$inputs/synthetic.ini" --set fail_task=3 --set on_error=skip --output warned.h5 --quiet 2> messages.txt
said '^warning: .*task' messages.txt
silent '^note: | units in ' messages.txt
with_status 2 on_ranks 2 "${job[@]}" --set width_of_mfd_bin=x --output bad.h5 --quiet 2> messages.txt
said '^mtc: .*width_of_mfd_bin' messages.txt
with_status 1 on_ranks 2 "$inputs/synthetic.ini" --set fail_task=3 --output failed.h5 --quiet 2> messages.txt
said '^mtc: .*task 3|^mtc: .*synthetic' messages.txt
compare_results normal.h5 quiet.h5

echo "--- --verbose: keys, progress by the second, tables"
with_status 0 on_ranks 2 "${job[@]}" --output verbose.h5 --verbose 2> messages.txt
said '^mtc [0-9.]+ .* 2 ranks, rank 0 on .*, classical, output ' messages.txt
said '^  .*region_grid_spacing' messages.txt
said '^ *rank +host' messages.txt
with_status 0 on_ranks 2 "$inputs/synthetic.ini" --set time_ms=250 --output seconds.h5 --verbose 2> messages.txt
[ "$(grep -c '^work: .* %' messages.txt)" -ge 2 ] || fail "no progress by the second: $(cat messages.txt)"
with_status 2 on_ranks 1 "${job[@]}" --quiet --verbose 2> messages.txt
said 'beside --quiet' messages.txt

echo "--- --log: all of it in a file, added to what is there, with the time"
with_status 0 on_ranks 2 "${job[@]}" --output logged.h5 --quiet --log run.log 2> messages.txt
[ ! -s messages.txt ] || fail "--quiet says: $(cat messages.txt)"
said '^20[0-9-]{8} [0-9:]{8} mtc .*--log run.log' run.log
said '^20[0-9-]{8} [0-9:]{8} note: ' run.log
said ' logged.h5 written' run.log
[ "$(grep -vcE '^20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} ' run.log)" = 0 ] || fail "lines without a time in run.log"
lines=$(wc -l < run.log)
with_status 0 on_ranks 2 "${job[@]}" --output logged.h5 --log run.log 2> messages.txt # complete already
said 'nothing to do' messages.txt
tail -n +$((lines + 1)) run.log > added.txt
said 'nothing to do' added.txt
with_status 2 on_ranks 2 "${job[@]}" --log no/such/folder/run.log 2> messages.txt
said 'no/such/folder/run.log .cannot be written: No such file' messages.txt
seq 3 | with_status 0 timeout 120 "$MPIEXEC" -n 2 "$MTC" sweep 'echo {}' --tag --quiet --log sweep.log > output.txt 2> messages.txt
[ "$(wc -l < output.txt)" = 3 ] || fail "--quiet swallows what commands print"
[ ! -s messages.txt ] || fail "a quiet sweep says: $(cat messages.txt)"
said 'sweep.h5 written' sweep.log

echo "--- colours: on terminals, and not against the wish of their owner"
if ! command -v script > /dev/null; then
    echo "SKIPPED: no script here (Debian: bsdutils), which plays a terminal"
    exit 0
fi
on_terminal() { # on_terminal COMMAND   in a terminal; what it says, as it is
    timeout 120 script --quiet --return --command "$1" /dev/null < /dev/null
}
warned="'$MTC' '$inputs/synthetic.ini' --set n_tasks=2 --set 'fail_task=1' --set on_error=skip --fresh --output c.h5"
on_terminal "TERM=xterm $warned" > colours.txt || true
said $'\033\\[1;33mwarning: ' colours.txt
on_terminal "TERM=xterm NO_COLOR=1 $warned" > plain.txt || true
said 'warning: ' plain.txt
silent $'\033\\[[0-9;]*m' plain.txt
on_terminal "TERM=dumb $warned" > plain.txt || true
silent $'\033\\[[0-9;]*m' plain.txt
on_terminal "TERM=xterm '$MPIEXEC' -n 2 $warned" > colours.txt || true # through mpirun's pipe
said $'\033\\[1;33mwarning: ' colours.txt
on_terminal "TERM=xterm '$MTC' run no_such.ini" > colours.txt || true
said $'\033\\[1;31mmtc: ' colours.txt
on_terminal "TERM=xterm '$MTC' '$inputs/synthetic.ini' --set time_ms=120 --fresh --output bar.h5 --log bar.log" > bar.txt
said '\[#+\.*\]' bar.txt
silent '\[#+\.*\]' bar.log
said ' work: .* units in ' bar.log
