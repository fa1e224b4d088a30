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

echo "--- fish"
if command -v fish > /dev/null; then
    fish -n mtc.fish
    completed() { HOME=$scratch fish -c "source mtc.fish; complete -C '$1'" | cut -f 1 | tr '\n' ' '; }
    [ "$(completed 'mtc sho')" = "show " ] || fail "fish completes 'mtc sho' by $(completed 'mtc sho')"
    [ "$(completed 'mtc export x.h5 --format n')" = "npz " ] || fail "fish does not complete --format n"
    [ "$(completed 'mtc sweep --fr')" = "--fresh " ] || fail "fish does not complete mtc sweep --fr"
    for command in run new check plan jobscript show export report status stop calcs completion man sweep; do
        completed 'mtc ' | grep -qw "$command" || fail "fish does not offer mtc $command, but $(completed 'mtc ')"
    done
else
    echo "SKIPPED: no fish here to complete"
fi

echo "--- zsh"
if command -v zsh > /dev/null; then
    zsh -n mtc.zsh
    mkdir zsh_functions empty_folder
    cp mtc.zsh zsh_functions/_mtc
    typed() { (cd empty_folder && timeout 210 zsh -f "$MTC_SOURCE/tests/system/type_tab.zsh" "$scratch/zsh_functions" "$1"); }
    # becomes WANTED TYPED   what stands in the line when a tab follows what was typed
    becomes() { [[ "$(typed "$2")" == *"<$1>#end#" ]] || fail "zsh does not make '$1' of '$2' and a tab, but: $(typed "$2")"; }
    # offers WANTED TYPED   part of what is listed below it
    offers() { [[ "$(typed "$2")" == *"$1"* ]] || fail "zsh does not list '$1' for '$2' and a tab, but: $(typed "$2")"; }
    becomes 'mtc show' 'mtc sho'
    becomes 'mtc job.ini --walltime' 'mtc job.ini --wal'
    becomes 'mtc export x.h5 --format npz' 'mtc export x.h5 --format n'
    becomes 'mtc sweep --dry-run' 'mtc sweep --dr'
    becomes 'mtc show x.h5 operations' 'mtc show x.h5 op'
    offers '90m, 2h, 02:00:00, 1-12:00:00' 'mtc jobscript --' # an explanation, whole
    offers 'simulate a calculation on other numbers of ranks' 'mtc '
else
    echo "SKIPPED: no zsh here to complete"
fi
[ "$(grep -c 'l retry-failed' mtc.fish)" = 2 ] || fail "fish is not told of --retry-failed for run and sweep"
grep -qF -- "--retry-failed[" mtc.zsh || fail "zsh is not told of --retry-failed"

echo "--- man"
without_mpi man > mtc.1
if command -v groff > /dev/null; then
    groff -man -Tascii -ww mtc.1 2> messages.txt | sed 's/.\x08//g' > page.txt # without overstriking
    [ ! -s messages.txt ] || fail "groff complains"
    grep -q 'retry-failed' page.txt || fail "--retry-failed is not on the page"
    grep -q 'NO_COLOR' page.txt || fail "NO_COLOR is not on the page"
    grep -q 'Not complete, but saved' page.txt || fail "no exit status 75 on the page"
else
    echo "SKIPPED: no groff here to set the page"
fi
