const shareNames = ["computing", "scheduling", "waiting", "reading", "reducing", "writing"];
const shareColors = ["--s0", "--s1", "--waiting", "--reading", "--s3", "--writing"];

function showHead(facts) {
  const of = Object.fromEntries(facts.attributes);
  document.title = `${facts.file} – mtc`;
  $("#title").textContent = of.description || facts.file;
  $("#subtitle").textContent = `${facts.file}: ${of.calculation_mode}, ${of.status}, ${of.date_and_time}, mtc ${of.mtc_version}`;
  $("#attributes").append(table(["what", "value"], facts.attributes.filter(([, value]) => value).map(([key, value]) => [key.replaceAll("_", " "), value])));
  $("#configuration").append(table(["key", "value", "from"], facts.configuration));
  $("#input pre").textContent = facts.input;
}

function showShares(run) {
  const whole = run.sums.reduce((a, b) => a + b, 0) || 1;
  const bar = element("div", { class: "bar" }), legend = element("div", { class: "legend" });
  run.sums.forEach((sum, i) => {
    const part = element("div", { title: `${shareNames[i]} ${seconds(sum)}` }), mark = element("i");
    part.style.cssText = `width:${100 * sum / whole}%;background:var(${shareColors[i]})`;
    mark.style.background = `var(${shareColors[i]})`;
    bar.append(part);
    legend.append(element("span", {}, mark, `${shareNames[i]} ${shown(100 * sum / whole, 3)} %`));
  });
  $("#shares").append(bar, legend);
}

function showCards(run) {
  const column = (i) => run.ranks.map((rank) => rank[i]);
  const [nEstimates, median, ninety] = run.estimates;
  const card = (value, name) => $("#cards").append(element("div", {}, element("b", {}, value), element("span", {}, name)));
  card(seconds(Math.max(...column(8))), "from start to end");
  card(String(run.n_ranks), `rank${run.n_ranks === 1 ? "" : "s"} on ${counted(new Set(column(1)).size, "node")}`);
  card(seconds(run.sums[0]), "computing, all ranks");
  card(shown(run.n_tasks, 6), "rows of tasks");
  card(`${Math.round(Math.max(...column(11)))} MB`, "largest rank");
  if (nEstimates > 0) card(`× ${shown(Math.exp(median), 3)}`, `median error of estimates; 90 %: × ${shown(Math.exp(ninety), 3)}`);
}

function showTables(run) {
  const titled = (title, note, made) => [element("h3", {}, title), ...(note ? [element("p", { class: "note" }, note)] : []), made];
  $("#held").append(...titled("Who was waited for", run.held.length ? "In the last tenth of each stage, by all ranks together." : "No rank waited for another in the last tenth of a stage.",
    run.held.length ? table(["source", "stage", "#waited [s]", "#share [%]", "#tasks"], run.held) : ""));
  $("#heavy").append(...titled("What took longest", "Seconds of all ranks.", table(["source", "kind", "stage", "#units", "#seconds"], run.heavy)));
  $("#ranks").append(table(["#rank", "host", "#computing [s]", "#scheduling", "#waiting", "#reading", "#reducing", "#writing", "#total", "#tasks", "#units", "#memory [MB]"], run.ranks));
  $("#operations").append(table(["operation", "#seconds", "#largest of a rank", "#calls", "#memory [MB]"], run.operations));
  $("#events").hidden = run.events.length === 0;
  $("#events").append(table(["#time [s]", "#rank", "kind", "what"], run.events));
  $("#warnings").hidden = run.warnings.length === 0;
  $("#warnings ul").append(...run.warnings.map((text) => element("li", {}, text)));
}

function main() {
  const root = document.documentElement;
  root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const data = JSON.parse($("#data").textContent);
  const redraw = [];
  showHead(data.facts);
  if (data.results) redraw.push(showResults(data.results, data.disagg));
  showCards(data.run);
  showShares(data.run);
  const alone = data.run.ranks.length === data.run.n_ranks ? "" : ` (${data.run.ranks.length} of ${data.run.n_ranks} ranks)`;
  $("#timeline figcaption").textContent = `Time line: who computed what when${alone}`;
  const timeline = new Timeline($("#timeline"), data.run);
  redraw.push(() => timeline.draw());
  timeline.draw();
  showTables(data.run);
  const all = () => redraw.forEach((draw) => draw());
  addEventListener("resize", all);
  $("#theme").addEventListener("click", () => { root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark"; all(); });
  root.dataset.ready = "yes"; // for tests
}
main();
