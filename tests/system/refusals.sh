# Sourced by the tests of what is wrong with an input: what mtc says about a mistake, and jobs with one mistake in them.
# shellcheck shell=bash disable=SC2034,SC2154 # used by, or given by, those who source it
n_refusals=0 n_mistakes=0
refuse_on=3 # ranks

# refused STATUS INPUT WORD... [-- OPTION...]
#   STATUS is a pattern. The first WORD must stand in exactly one line of the messages, the others somewhere.
refused() {
    local expected=$1 input=$2 ranks status word words=()
    shift 2
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        words+=("$1")
        shift
    done
    [ $# -eq 0 ] || shift
    [[ " $* " = *" --output "* ]] || set -- --output refused.h5 "$@"
    # One rank has nobody to tell, and three read alike: a few of the others are enough.
    local on=$refuse_on
    n_mistakes=$((n_mistakes + 1))
    [ $((n_mistakes % 4)) != 1 ] || on="1 3"
    for ranks in $on; do
        n_refusals=$((n_refusals + 1))
        rm -f refused.h5
        status=0
        on_ranks "$ranks" "$input" "$@" > output.txt 2> messages.txt || status=$?
        # shellcheck disable=SC2254 # a pattern is wanted
        case "$status" in
            $expected) ;;
            *) fail "$input on $ranks ranks: exit status $status instead of $expected" ;;
        esac
        for word in "${words[@]}"; do
            grep -qF -- "$word" messages.txt || fail "$input on $ranks ranks: the message does not name '$word'"
        done
        [ "$(grep -cF -- "${words[0]}" messages.txt)" = 1 ] \
            || fail "$input on $ranks ranks: '${words[0]}' is not said exactly once"
        [ ! -e refused.h5 ] || fail "$input on $ranks ranks: left an output behind"
    done
    echo "refused: $input (${words[*]})"
}

# synthetic FOLDER SED-SCRIPT, hazard FOLDER FILE SED-SCRIPT: a good job with one mistake in it
synthetic() {
    mkdir "$1"
    sed "$2" "$inputs/synthetic.ini" > "$1/job.ini"
    ! cmp -s "$inputs/synthetic.ini" "$1/job.ini" || fail "$1: sed changed nothing"
}
hazard() {
    mkdir "$1"
    cp "$inputs"/hazard/* "$1"
    sed -i "$3" "$1/$2"
    ! cmp -s "$inputs/hazard/$2" "$1/$2" || fail "$1: sed changed nothing in $2"
}
line_of() { grep -nF -- "$2" "$1" | head -n 1 | cut -d: -f1; }
