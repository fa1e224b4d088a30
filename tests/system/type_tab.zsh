#!/usr/bin/env zsh
# Types words and a tab into a zsh of its own and prints what its terminal shows then, and at last <the line>#end#:
# completion as its user sees it.
#     type_tab.zsh FOLDER_OF__mtc TYPED
zmodload zsh/zpty
zmodload zsh/datetime
typeset -F deadline
# everything up to a mark, or what came within 100 s
read_until() {
    local piece shown=
    (( deadline = EPOCHREALTIME + 100 ))
    while (( EPOCHREALTIME < deadline )) && [[ $shown != *$1* ]]; do
        if zpty -r -t shell piece; then shown+=$piece; else sleep 0.02; fi
    done
    print -rn -- $shown
}
export TERM=dumb COLUMNS=300 LINES=60
zpty shell zsh -f -i
zpty -w shell "stty columns 300 rows 60 -echo; unsetopt zle_bracketed_paste; fpath=(${(q)1} \$fpath); autoload -U compinit; compinit -u -D"
zpty -w shell "zstyle ':completion:*' verbose yes; LISTMAX=1000; PS1='' RPS1=''; show_line() print -rn -- \"<\${BUFFER% }>#end#\"; zle -N show_line; bindkey '^G' show_line; print rea''dy"
read_until ready > /dev/null
# The key after the tab is looked at when completion is over; the line is not entered.
zpty -w -n shell "$2"$'\t\C-g'
read_until '#end#'
zpty -d shell
