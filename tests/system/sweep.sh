#!/usr/bin/env bash
# Sweeps of commands: parameters and results in one table, the same on any number of ranks; how commands end, that they
# end with their rank, and that a sweep is resumed. `mtc sweep` against what GNU parallel prints.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# table FILE PYTHON   `t` is /results/sweep, `p` /performance/commands; the expression must be true
table() {
    "$python" - "$1" "$2" << 'PY' || fail "$1: not $2"
import sys, h5py, numpy as np
with h5py.File(sys.argv[1]) as f:
    t, p = f["/results/sweep"][()], f["/performance/commands"][()]
if not eval(sys.argv[2]):
    print({name: t[name].tolist()[:20] for name in t.dtype.names})
    sys.exit(1)
PY
}
gone() { # PROCESS
    [ ! -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status" 2> /dev/null
}

echo "--- the example runs; every value is where it belongs"
"$MTC" check "$inputs/sweep.ini" > output.txt
grep -q '^tasks  *12' output.txt || fail "not twelve tasks"
on_ranks 3 "$inputs/sweep.ini" 2> messages.txt
table sweep.h5 "len(t) == 12 and t['rate'].tolist() == [r for r in (.5, 1., 1.5, 2.) for n in range(3)]"
table sweep.h5 "t['steps'].tolist() == [10, 100, 1000] * 4 and t['task'].tolist() == list(range(12))"
table sweep.h5 "np.allclose(t['y'], (1 - t['rate'] / t['steps']) ** t['steps'], atol=1e-9) and not t['status'].any()"
table sweep.h5 "np.allclose(t['error'], t['y'] - np.exp(-t['rate']), rtol=1e-2, atol=1e-8)"
table sweep.h5 "(p['wall_s'] > 0).all() and (p['memory_mb'] > 0.5).all() and (p['n_attempts'] == 1).all()"
"${FORMAT_CHECK:?set FORMAT_CHECK to build/tests/format_check}" sweep.h5 > output.txt

echo "--- the same bits on 1, 2 and 4 ranks"
for n in 1 2 4; do
    on_ranks $n "$inputs/sweep.ini" --output "ranks$n.h5" 2> messages.txt
    compare_results sweep.h5 "ranks$n.h5"
done

echo "--- ends of commands: status, signal, timeout, what is printed; the others go on, and a retry completes"
cat > ends.ini << 'INI'
calculation_mode = command
on_error = skip
parameter.what = 'exit 0', 'echo word; echo oops >&2; exit 3', 'kill -9 $$', 'sleep 300', '[ -e mended ]'
command = sh -c {what}
timeout = 3
INI
with_status 3 on_ranks 2 ends.ini 2> messages.txt
table ends.h5 "t['status'].tolist() == [0, 3, -1, -1, 1] and t['signal'].tolist() == [0, 0, 9, 15, 0]"
table ends.h5 "t['stdout'][1] == b'word\\n' and t['stderr'][1] == b'oops\\n' and t['stdout_bytes'][1] == 5"
table ends.h5 "(t['what'] != b'').all() and p['wall_s'][3] > 2.9 and p['wall_s'][3] < 60"
"$MTC" show ends.h5 failures > output.txt
grep -q 'exit status 3; its last words: oops' output.txt || fail "the failure does not tell its last words"
grep -q 'ended by signal 9' output.txt || fail "the signal is not told"
grep -q 'it took longer than 3 s and was ended' output.txt || fail "the timeout is not told"
with_status 3 "$MTC" status ends.h5 > output.txt
"$FORMAT_CHECK" ends.h5 > output.txt

echo "--- the table as CSV and for numpy: every column of both tables, with all bits"
printf 'calculation_mode = command\ncommand = echo "x = {a}"\nparameter.a = 1, 2\nresults = x, n:int, word:text8\n' > missing.ini
on_ranks 2 missing.ini 2> messages.txt
for name in sweep ends missing; do
    "$MTC" export $name.h5 --to exported > output.txt
    [ "$(cat output.txt)" = exported/$name.results.csv ] || fail "$name: the table is not what is exported"
    "$MTC" export $name.h5 --what all --format npz --to exported > output.txt
done
"$python" - sweep ends missing << 'PY' || fail "the table is not that of the output"
import csv, sys, h5py, numpy as np
n_compared = 0
for name in sys.argv[1:]:
    with h5py.File(name + ".h5") as f:
        t, p = f["/results/sweep"][()], f["/performance/commands"][()]
    columns = {**{n: t[n] for n in t.dtype.names}, **{n: p[n] for n in p.dtype.names}}
    rows = list(csv.DictReader(open(f"exported/{name}.results.csv", newline="")))
    arrays = np.load(f"exported/{name}.results.npz")
    assert len(rows) == len(t) and list(rows[0]) == list(columns) == arrays.files, (rows[0], list(columns), arrays.files)
    for n, values in columns.items():
        assert arrays[n].dtype == values.dtype and arrays[n].tobytes() == values.tobytes(), n
        for row, value in zip(rows, values):
            n_compared += 1
            if values.dtype.kind == "S":
                assert row[n] == value.decode(), (n, row[n], value)
            elif row[n] == "":
                assert np.isnan(value) if values.dtype.kind == "f" else value == np.iinfo(np.int64).min, (n, value)
            else:
                assert values.dtype.type(row[n]) == value, (n, row[n], value)
empty = [row for row in rows if row["n"] == row["word"] == "" and float(row["x"]) == float(row["a"])]
assert len(empty) == 2 and n_compared == 12 * 18 + 5 * 15 + 2 * 18, (len(empty), n_compared)
PY
with_status 2 "$MTC" export sweep.h5 --what curves 2> messages.txt
grep -q "calculation_mode 'command'" messages.txt || fail "the export of curves of a sweep is not refused"
touch mended
with_status 3 on_ranks 2 ends.ini --retry-failed 2> messages.txt
table ends.h5 "t['status'].tolist() == [0, 3, -1, -1, 0]"
sed -i 's/on_error = skip/on_error = stop/' ends.ini
with_status 1 on_ranks 3 ends.ini --output stopped.h5 2> messages.txt
grep -Eq '^mtc: stage sweep, source sweep, task [123] \(what=' messages.txt || fail "the message does not say which"

echo "--- a command is started again when it fails and retries are left"
cat > retry.ini << 'INI'
calculation_mode = command
parameter.x = 1 2
command = mkdir seen.{x} || exit 0; exit 9
retries = 1
INI
on_ranks 2 retry.ini 2> messages.txt
table retry.h5 "(p['n_attempts'] == 2).all() and not t['status'].any()"

echo "--- results of another type than declared are failures, missing ones are said"
cat > picked.ini << 'INI'
calculation_mode = command
on_error = skip
parameter.out = 'n = 3', 'n = many', 'nothing'
command = echo {out}
results = n:int, e
INI
with_status 3 on_ranks 2 picked.ini 2> messages.txt
grep -q "its output says n = many ('many' is not a whole number)" messages.txt || fail "the bad number is not told"
table picked.h5 "t['n'].tolist() == [3, -2**63, -2**63] and np.isnan(t['e']).all()"

echo "--- files from templates, in folders that go or stay"
mkdir -p project
printf '{{"alpha": {alpha:.2f}, "task": {task:03d}}}\n' > project/case.json
printf 'input of {task}\n' > project/words.txt
cat > project/job.ini << 'INI'
calculation_mode = command
on_error = skip
parameter.alpha = 0.5, 1.5
templates = case.json
stdin = words.txt
environment = ALPHA={alpha} FIXED='two words'
command = cat case.json - ; echo $ALPHA $FIXED ; [ {task} = 0 ]
INI
with_status 3 on_ranks 2 project/job.ini 2> messages.txt
[ ! -e runs/0 ] || fail "the folder of a task that succeeded is left"
[ "$(cat runs/1/stdout)" = '{"alpha": 1.50, "task": 001}
input of 1
1.5 two words' ] || fail "not what the templates give"
on_ranks 2 project/job.ini --set keep=all --set "command=cat case.json" --fresh 2> messages.txt
grep -q '"alpha": 0.50' runs/0/case.json || fail "keep = all did not keep"

echo "--- what is wrong is found at check time, with what is known"
bad() { # MESSAGE LINES...   of an input
    local expected=$1
    shift
    printf 'calculation_mode = command\n' > bad.ini
    printf '%s\n' "$@" >> bad.ini
    with_status 2 "$MTC" check bad.ini > output.txt 2> messages.txt
    grep -qF -e "$expected" messages.txt || fail "it does not say: $expected"
}
bad "{aplha} is no parameter; known: alpha, task, rank, n, folder" 'parameter.alpha = 1' 'command = echo {aplha}'
bad "Did you mean 'alpha'?" 'parameter.alpha = 1' 'command = echo {aplha}'
bad 'a has 3, b has 2' 'parameter.a = 1 2 3' 'parameter.b = 1 2' 'link = a, b' 'command = echo {a} {b}'
bad "no such command: 'no-such-programme'" 'command = no-such-programme {task}'
bad 'no such command: ' 'command = ./nowhere'
bad 'bad.ini: no command' 'parameter.a = 1'
bad "'status' is a name of mtc's own" 'parameter.status = 1' 'command = echo'
printf 'a,b\n1,2\n3\n' > bad.csv
bad 'bad.csv:3: 1 fields (its header has 2 columns)' 'parameter.a = bad.csv:a' 'command = echo {a}'
bad "(0 for task 0; accepted: > 0)" 'parameter.a = 0 1' 'weight = a' 'command = echo {a}'
bad "paramter.a" 'paramter.a = 0 1' 'command = echo'

echo "--- a command of any length does not make its worker look hung, and mtc stop ends it at once"
printf 'calculation_mode = command\ncommand = sleep 4\nparameter.x = 1 2\nworker_timeout = 1\n' > long.ini
on_ranks 3 long.ini 2> messages.txt
! grep -q 'lost' messages.txt || fail "a worker was taken for lost"
cat > stop.ini << 'INI'
calculation_mode = command
parameter.x = range 1:6:1
command = echo $$ > pid.{x}; if [ {x} -gt 2 ] && [ -e slow ]; then sleep 600 & echo $! > sleep.{x}; wait; fi
INI
touch slow
began=()
two_sleep() { # whichever come first
    mapfile -t began < <(find . -name 'sleep.*' -size +0 -printf '%f\n' | sort)
    [ ${#began[@]} -ge 2 ]
}
for how in stop TERM KILL; do
    rm -f pid.* sleep.*
    on_ranks 3 stop.ini --output "$how.h5" 2> messages.txt &
    run=$!
    within 60 two_sleep || fail "the commands did not start"
    one=pid.${began[0]#sleep.}
    asked=$(date +%s)
    case $how in
        stop) "$MTC" stop stop.h5 > output.txt; expected=75 ;;
        TERM) kill -TERM "$(awk '{ print $4 }' "/proc/$(awk '{ print $4 }' "/proc/$(cat "$one")/stat")/stat")"; expected=75 ;;
        KILL) # the rank of a command dies: its helper process is the parent, the rank the parent of that
            kill -KILL "$(awk '{ print $4 }' "/proc/$(awk '{ print $4 }' "/proc/$(cat "$one")/stat")/stat")"; expected= ;;
    esac
    status=0
    wait $run || status=$?
    [ -z "$expected" ] || [ "$status" = "$expected" ] || fail "$how: exit status $status"
    [ "$status" != 0 ] || fail "$how: it ended well"
    [ $(($(date +%s) - asked)) -lt 100 ] || fail "$how: it took its time"
    for pid in pid.* sleep.*; do
        [ ! -s "$pid" ] || within 60 gone "$(cat "$pid")" || fail "$how: a command outlived its rank ($pid)"
    done
done
rm slow
on_ranks 2 stop.ini --output stop.h5 2> messages.txt
grep -q '^going on from stop.h5.ckpt: [1-4] units were done before' messages.txt || fail "it was not resumed"
table stop.h5 "t['x'].tolist() == [1, 2, 3, 4, 5, 6] and not t['status'].any()"

echo "--- mtc sweep: lists of commands and of arguments, as GNU parallel"
printf 'echo one\necho two | tr a-z A-Z\n\nexit 4\n' > list.txt
with_status 3 on_ranks 2 sweep --commands list.txt --keep-order --joblog log.txt > output.txt 2> messages.txt
[ "$(cat output.txt)" = 'one
TWO' ] || fail "not the outputs in order"
[ "$(cut -f 1,7,8,9 log.txt)" = "$(printf 'Seq\tExitval\tSignal\tCommand\n1\t0\t0\techo one\n2\t0\t0\techo two | tr a-z A-Z\n3\t4\t0\texit 4')" ] \
    || fail "not the job log of GNU parallel"
printf 'a b\nc'"'"'d\n/d/e/f.txt\n' > arguments.txt
"$MTC" sweep 'run {} {/.} {//} {#}' --commands arguments.txt --dry-run --set shell=always > output.txt 2>&1 || true
grep -q "no such command: 'run'" output.txt || fail "a command that is not there is not refused"
"$MTC" sweep 'echo {} {/.} {//} {#}' --commands arguments.txt --dry-run > output.txt
[ "$(cat output.txt)" = "$(printf '%s\n' "echo 'a b' 'a b' . 1" "echo 'c'\"'\"'d' 'c'\"'\"'d' . 2" 'echo /d/e/f.txt f /d/e 3')" ] \
    || fail "not the commands of GNU parallel"
seq 5 | timeout 120 "$MPIEXEC" -n 2 "$MTC" sweep 'echo {1}-{2} {}' -n 2 --keep-order --tag --results kept > output.txt 2> messages.txt
[ "$(cat output.txt)" = "$(printf '1 2\t1-2 1 2\n3 4\t3-4 3 4\n5\t5- 5')" ] || fail "not pairs of arguments, tagged, in order"
[ "$(cat kept/1/stdout)" = '3-4 3 4' ] || fail "--results kept nothing"
seq 20 | timeout 120 "$MPIEXEC" -n 3 "$MTC" sweep 'echo' > output.txt 2> messages.txt
[ "$(sort -n output.txt)" = "$(seq 20)" ] || fail "not all outputs"
with_status 1 on_ranks 2 sweep --commands list.txt --halt now,fail=1 --output halt.h5 > output.txt 2> messages.txt
with_status 2 without_mpi sweep -n 2 --dry-run 2> messages.txt
if command -v parallel > /dev/null; then
    for arguments in 'echo {} {.} {/} {//} {/.} {#}' 'echo {1}_{2}' 'echo'; do
        n=1
        [ "$arguments" != 'echo {1}_{2}' ] || n=2
        printf '%s\n' /d/e/f.txt g.tar.gz 'a b' "c'd" | parallel --will-cite -k -n "$n" "$arguments" > expected.txt
        printf '%s\n' /d/e/f.txt g.tar.gz 'a b' "c'd" > lines.txt
        "$MTC" sweep "$arguments" --commands lines.txt -n "$n" --keep-order > output.txt 2> messages.txt
        diff expected.txt output.txt || fail "another output than GNU parallel: $arguments"
    done
else
    echo "no GNU parallel here: its outputs are not compared"
fi
echo "sweeps: all as promised"
