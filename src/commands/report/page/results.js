/** The hazard of a page: numbers decoded, what is shown chosen by the user, map, curves and spectra kept in step. */
class Results {
  constructor(data) {
    this.data = data;
    this.lon = floats(data.map.lon);
    this.lat = floats(data.map.lat);
    if (Math.max(...minmax(this.lon)) - Math.min(...minmax(this.lon)) > 180)
      this.lon = this.lon.map((l) => l < 0 ? l + 360 : l); // across the date line
    this.mapValues = floats(data.map.values);
    this.curveValues = floats(data.curves.values);
    this.imt = 0;
    this.poe = 0;
    this.place = data.curves.sites.length > 1 ? Math.floor(data.curves.sites.length / 2) : 0; // of curves.sites
  }

  /** [site of the map] of one intensity measure and probability. */
  map(imt = this.imt, poe = this.poe) {
    const n = this.lon.length, first = (imt * this.data.map.poes.length + poe) * n;
    return this.mapValues.subarray(first, first + n);
  }

  site() { return this.data.curves.sites[this.place]; }
  /** The site of the map that is nearest to where the curves are. */
  mapIndex(site = this.site()) { return Math.min(Math.round(site / this.data.map.step), this.lon.length - 1); }
  unit(imt) { return `${imt.name} [${imt.name === "PGV" ? "cm/s" : "g"}]`; }

  /** The site with curves nearest to a number. */
  choose(site) {
    const sites = this.data.curves.sites;
    const step = sites.length > 1 ? sites[1] : 1;
    this.place = Math.min(Math.max(Math.round(site / step), 0), sites.length - 1);
  }

  curves() {
    const { kinds } = this.data.curves, { imts, n_levels: nLevels } = this.data;
    const { levels } = imts[this.imt], hasStatistics = !kinds[0].startsWith("rlz-");
    return kinds.map((name, k) => {
      const first = ((this.place * kinds.length + k) * imts.length + this.imt) * nLevels;
      const isOne = name.startsWith("rlz-") && kinds.length > 1;
      return {
        name: isOne && hasStatistics ? "realizations" : name,
        points: levels.map((level, i) => [level, this.curveValues[first + i]]),
        color: () => isOne ? color("--reading") : seriesColor(k), dash: isOne ? "" : dashes[k % 8],
        width: isOne ? 0.8 : name === "mean" ? 2.6 : 1.5,
      };
    }).sort((a, b) => a.width === 0.8 && b.width !== 0.8 ? -1 : a.width !== 0.8 && b.width === 0.8 ? 1 : 0);
  }

  spectra() {
    const { imts, spectral, map } = this.data, at = this.mapIndex();
    return map.poes.map((poe, p) => ({
      name: `${shown(100 * poe, 3)} %`, color: () => seriesColor(p), dash: dashes[p % 8],
      points: spectral.map((i) => [imts[i].period, this.map(i, p)[at]]),
    }));
  }
}

function minmax(values) {
  let low = Infinity, high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return [low, high];
}

function select(name, options, chosen) {
  const list = element("select", {}, ...options.map((text, i) => element("option", { value: i }, text)));
  list.addEventListener("change", () => chosen(Number(list.value)));
  return element("label", {}, `${name} `, list);
}

function showResults(data, disaggData) {
  $("#results").hidden = false;
  const results = new Results(data);
  const years = `${shown(Number(data.years))} year${Number(data.years) === 1 ? "" : "s"}`;
  const map = new SiteMap($("#map"), results, (site) => { results.choose(site); update(true); });
  const curves = new LinePlot($("#curves"), { xLog: true, yLog: true });
  const hasSpectra = data.spectral.length > 1;
  $("#spectra").hidden = !hasSpectra;
  const spectra = hasSpectra ? new LinePlot($("#spectra"), { xLog: false, yLog: false, height: 260 }) : null;

  const disagg = disaggData ? new Disaggregation(disaggData) : null;
  $("#disagg").hidden = !disagg;

  const site = element("input", { type: "number", min: 0, max: data.n_sites - 1 });
  site.addEventListener("change", () => { results.choose(Number(site.value)); update(true); });
  $("#choices").addEventListener("submit", (event) => event.preventDefault());
  $("#choices").append(
    select("intensity measure", data.imts.map((imt) => imt.name), (i) => { results.imt = i; update(false); }),
    select("map of", data.map.poes.map((p) => `${shown(100 * p, 3)} % in ${years}`), (i) => { results.poe = i; update(true); }),
    ...(disagg && disagg.nPoes > 1 ? [select("disaggregation", Array.from({ length: disagg.nPoes }, (_, i) => `level ${i + 1}`),
      (i) => { disagg.poe = i; update(true); })] : []),
    element("label", {}, "site ", site),
    element("span", { class: "note" }, "Wheel zooms, dragging moves, a double click shows all; a click on the map picks a site."));

  const notes = [`${counted(data.n_sites, "site")}, ${counted(data.n_realizations, "realization")}.`];
  if (data.map.step > 1) notes.push(`The map shows one site in ${data.map.step}.`);
  if (data.curves.sites.length < data.n_sites) notes.push(`Curves are here of one site in ${data.curves.sites[1]}.`);
  if (data.map.interpolated) notes.push("The calculation was asked for no maps: these follow from its curves.");
  $("#map").append(element("p", { class: "note" }, notes.join(" ")));

  function update(keepView) {
    const imt = data.imts[results.imt], number = results.site(), at = results.mapIndex(number);
    const where = `site ${number} (${results.lon[at].toFixed(3)}°, ${results.lat[at].toFixed(3)}°)`;
    site.value = number;
    $("#map figcaption").textContent = `${imt.name}, ${data.map.kind}, ${shown(100 * data.map.poes[results.poe], 3)} % in ${years}`;
    $("#curves figcaption").textContent = `Hazard curves, ${where}`;
    $("#spectra figcaption").textContent = `Uniform hazard spectra, ${data.map.kind}, ${where}`;
    map.draw();
    curves.show(results.curves(), results.unit(imt), `probability of exceedance in ${years}`, keepView);
    if (disagg && number < disagg.nSites) {
      const level = disagg.at(disagg.levels, number, results.imt), poe = disagg.at(disagg.poes, number, results.imt);
      $("#disagg figcaption").textContent = `Where ${imt.name} ≥ ${shown(level)} comes from (probability ${shown(poe, 3)}): share of the rate, ${where}`;
      disagg.draw($("#disagg .tables"), number, results.imt);
    }
    spectra?.show(results.spectra(), "period [s], PGA at 0", "spectral acceleration [g]", false);
  }
  update(false);
  return () => { map.draw(); curves.draw(); spectra?.draw(); };
}
