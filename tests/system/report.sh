#!/usr/bin/env bash
# mtc report: a page that holds what the output holds, needs nothing else, and stays small; drawn by a browser where
# there is one.
# shellcheck source=tests/system/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

system_tests=$MTC_SOURCE/tests/system
check() { "$python" "$system_tests/check_report.py" "$@" | tee -a compared.txt; }

on_ranks 2 "$inputs/hazard/job.ini" --output hazard.h5 --set quantiles="0.16 0.84" --set poes="0.1 0.02" \
    --set hazard_maps=true 2> messages.txt
on_ranks 1 "$inputs/hazard/job.ini" --output one.h5 --set tile_spec="[44, 89]" 2> messages.txt
on_ranks 2 "$inputs/synthetic.ini" --output synthetic.h5 2> messages.txt
"$python" "$system_tests/make_large_output.py" hazard.h5 large.h5 100000 64 300000

with_status 3 on_ranks 2 "$inputs/synthetic.ini" --set fail_task=3 --set on_error=skip --output failed.h5 2> messages.txt

names=(hazard one synthetic large failed)
disagg=$MTC_TEST_DATA/hazard/golden/disagg/two_trt/job.ini
if [ -f "$disagg" ]; then
    on_ranks 2 "$disagg" --output disagg.h5 2> messages.txt
    names+=(disagg)
else
    echo "no $disagg: disaggregation is not looked at"
fi

echo "--- what the page holds is what the output holds"
for name in "${names[@]}"; do
    without_mpi report "$name.h5" --to pages > files.txt
    [ "$(cat files.txt)" = "pages/$name.html" ] || fail "it wrote $(cat files.txt)"
    check "pages/$name.html" "$name.h5"
done
[ "$(wc -l < compared.txt)" = ${#names[@]} ] || fail "not all pages were compared"

echo "--- bad input"
with_status 2 without_mpi report missing.h5 2> messages.txt
with_status 2 without_mpi report hazard.h5 --rows 3 2> messages.txt
touch file
with_status 1 without_mpi report hazard.h5 --to file/folder 2> messages.txt

browser=$(command -v chromium chromium-headless-shell google-chrome 2> /dev/null | head -n 1) || true
if [ -z "$browser" ]; then
    echo "no chromium here: the pages were compared, but not drawn"
    exit 0
fi
echo "--- drawn by $browser"
draw() { # draw PAGE   its elements after the scripts have run
    timeout 200 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$PWD/browser" --virtual-time-budget=4000 \
        --dump-dom "file://$PWD/$1" 2> messages.txt
}
expect() { # expect PAGE WORD...
    local page=$1 word
    shift
    draw "pages/$page.html" > drawn.txt
    for word in 'data-ready="yes"' "$@"; do
        grep -qF -- "$word" drawn.txt || fail "'$word' is not in $page.html as drawn"
    done
}
expect hazard 'PGA, mean, 10 % in 50 years' 'Hazard curves, site 44' '<polyline class="curve"' 'realizations'
expect one 'Hazard curves, site 0' '1 site, '
expect synthetic 'ranks on 1 node' 'rows of tasks' 'sleep'
expect large '100000 sites' 'one site in' '<b>64</b>'
expect failed 'some sources failed' 'task 3, unit 3: ' 'made to fail'
if grep -q 'could not matter' drawn.txt; then fail "what failed is said not to matter"; fi
if [ -f disagg.h5 ]; then expect disagg 'Where PGA ≥' 'distance [km]' 'Active Shallow Crust' 'class="share"' 'class="field"'; fi

echo "--- used: zoomed, moved, another site, another intensity measure, another theme"
cat > use.js <<'SCRIPT'
<script>
const at = (surface, kind, x, y, more = {}) => {
  const box = surface.getBoundingClientRect();
  const made = kind === "wheel" ? WheelEvent : PointerEvent;
  surface.dispatchEvent(new made(kind, { clientX: box.left + x, clientY: box.top + y, bubbles: true, cancelable: true, pointerId: 1, ...more }));
};
for (const one of [SVGElement, HTMLCanvasElement]) one.prototype.setPointerCapture = () => {}; // there is no real pointer
const said = [];
const note = (what, before, after) => said.push(`${what}: ${before === after ? "nothing changed" : "changed"}`);
const plot = document.querySelector("#curves svg"), canvas = document.querySelector("#map canvas");
const state = { plot: () => plot.innerHTML, map: () => canvas.toDataURL(), site: () => document.querySelector("#curves figcaption").textContent,
  line: () => document.querySelector("#timeline canvas").toDataURL() };
const does = (what, of, act) => { const before = state[of](); act(); note(what, before, state[of]()); };
does("zoomed curves", "plot", () => at(plot, "wheel", 200, 100, { deltaY: -200 }));
const moved = (surface) => { at(surface, "pointerdown", 200, 100); at(surface, "pointermove", 240, 120); at(surface, "pointerup", 240, 120); };
does("moved curves", "plot", () => moved(plot));
does("zoomed map", "map", () => at(canvas, "wheel", 200, 100, { deltaY: -200 }));
does("moved map", "map", () => moved(canvas));
canvas.dispatchEvent(new MouseEvent("dblclick"));
does("picked a site", "site", () => {
  for (let x = 60; x < canvas.clientWidth; x += 12) { at(canvas, "pointerdown", x, 40); at(canvas, "pointerup", x, 40); }
});
does("zoomed the time line", "line", () => at(document.querySelector("#timeline canvas"), "wheel", 300, 10, { deltaY: -300 }));
const choice = document.querySelector("#choices select");
does("chose an intensity measure", "map", () => { choice.value = 2; choice.dispatchEvent(new Event("change")); });
does("changed the theme", "map", () => document.querySelector("#theme").click());
document.body.append(said.join("; "));
</script>
SCRIPT
cat pages/hazard.html use.js > pages/used.html
expect used 'zoomed curves: changed; moved curves: changed; zoomed map: changed; moved map: changed; picked a site: changed; zoomed the time line: changed; chose an intensity measure: changed; changed the theme: changed' 'SA(1.0), mean'
