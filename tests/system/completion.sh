#!/usr/bin/env bash
# What shells and man are told about mtc: the scripts are run, or at least read, by the shells that are here.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

for shell in bash zsh fish; do
    without_mpi completion $shell > mtc.$shell
done
with_status 2 without_mpi completion tcsh > output.txt 2>&1
grep -qF "accepted: bash, zsh, fish" output.txt || fail "what shells there are is not said"

echo "--- bash"
# shellcheck source=/dev/null
. ./mtc.bash
# completes WANTED WORDS...   the last word is the one that is typed
completes() {
    local wanted=$1
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _mtc
    [ "${COMPREPLY[*]}" = "$wanted" ] || fail "'$*' is completed by '${COMPREPLY[*]}' instead of '$wanted'"
}
completes "show" mtc sho
completes "report" mtc rep
completes "tasks" mtc show out.h5 ta
completes "--fresh" mtc job.ini --fr
completes "--fresh" mtc sweep --fr
completes "" mtc show out.h5 --fr
completes "npz" mtc export out.h5 --format n
completes "disagg disagg-rlzs disagg-traditional" mtc export out.h5 --what dis
completes "" mtc job.ini --output x
completes "compare" mtc calcs c
completes "check" mtc help ch
if command -v shellcheck > /dev/null; then shellcheck --shell=bash mtc.bash; fi

echo "--- others"
for shell in zsh fish; do
    if command -v $shell > /dev/null; then $shell -n mtc.$shell; else echo "SKIPPED: no $shell here to read its script"; fi
done
if command -v fish > /dev/null; then
    completed() { HOME=$scratch fish -c "source mtc.fish; complete -C '$1'" | cut -f 1 | tr '\n' ' '; }
    [ "$(completed 'mtc sho')" = "show " ] || fail "fish completes 'mtc sho' by $(completed 'mtc sho')"
    [ "$(completed 'mtc export x.h5 --format n')" = "npz " ] || fail "fish does not complete --format n"
    [ "$(completed 'mtc sweep --fr')" = "--fresh " ] || fail "fish does not complete mtc sweep --fr"
fi
[ "$(grep -c 'l retry-failed' mtc.fish)" = 2 ] || fail "fish is not told of --retry-failed for run and sweep"
grep -qF -- "--retry-failed[" mtc.zsh || fail "zsh is not told of --retry-failed"

echo "--- man"
without_mpi man > mtc.1
if command -v groff > /dev/null; then
    groff -man -Tascii -ww mtc.1 2> messages.txt | sed 's/.\x08//g' > page.txt # without overstriking
    [ ! -s messages.txt ] || fail "groff complains"
    grep -q 'retry-failed' page.txt || fail "--retry-failed is not on the page"
    grep -q 'Not complete, but saved' page.txt || fail "no exit status 75 on the page"
else
    echo "SKIPPED: no groff here to set the page"
fi
