/** Shares of bins in the rate of exceedance: bars for tables of one part, an area of colour for two. */
class Disaggregation {
  constructor(data) {
    this.data = data;
    [this.nSites, this.nImts, this.nPoes] = data.shape;
    this.levels = floats(data.levels);
    this.poes = floats(data.poes);
    this.edges = Object.fromEntries(Object.entries(data.edges).map(([axis, values]) => [axis, floats(values)]));
    this.tables = data.tables.map((t) => ({ ...t, values: floats(t.values), parts: t.name.toLowerCase().split("_") }));
    this.poe = 0;
  }

  at(values, site, imt) { return values[(site * this.nImts + imt) * this.nPoes + this.poe]; }

  /** [bin] percent of the rate, the last part fastest. */
  shares(one, site, imt) {
    const nBins = one.shape.slice(1, -2).reduce((a, b) => a * b, 1), stride = this.nImts * this.nPoes;
    const rates = [];
    for (let bin = 0; bin < nBins; bin += 1)
      rates.push(-Math.log1p(-Math.min(one.values[(site * nBins + bin) * stride + imt * this.nPoes + this.poe], 1 - 1e-7)));
    const sum = rates.reduce((a, b) => a + b, 0);
    return rates.map((rate) => sum > 0 ? 100 * rate / sum : 0);
  }

  /** Names of the bins of a part at a site. */
  bins(part, site) {
    if (part === "trt") return this.data.trt;
    const all = this.edges[part];
    const isBySite = part === "lon" || part === "lat", n = isBySite ? all.length / this.nSites : all.length;
    const edges = isBySite ? all.subarray(site * n, (site + 1) * n) : all;
    return Array.from({ length: n - 1 }, (_, i) => `${shown(edges[i], 5)} to ${shown(edges[i + 1], 5)}`);
  }

  draw(parent, site, imt) {
    const names = { mag: "magnitude", dist: "distance [km]", lon: "longitude", lat: "latitude", trt: "tectonic region type" };
    parent.replaceChildren(...this.tables.map((one) => {
      const shares = this.shares(one, site, imt), bins = one.parts.map((part) => this.bins(part, site));
      const title = element("h3", {}, one.parts.map((part) => names[part]).join(" and "));
      return element("div", {}, title, one.parts.length === 1 ? Disaggregation.bars(bins[0], shares)
        : Disaggregation.field(bins, shares, one.parts.map((part) => names[part])));
    }));
  }

  static bars(bins, shares) {
    const most = Math.max(...shares, 1e-9);
    const rows = bins.map((name, i) => [name, shares[i]]).filter(([, share]) => share > 0.005).map(([name, share]) => {
      const bar = element("i");
      bar.style.width = `${100 * share / most}%`;
      return element("tr", {}, element("td", {}, name), element("td", { class: "share" }, bar), element("td", { class: "n" }, `${shown(share, 3)} %`));
    });
    return element("div", { class: "scroll" }, element("table", {}, ...rows));
  }

  /** The second part upwards and the first to the right, as on a map; of magnitudes the other way round. */
  static field(bins, shares, names) {
    const isMap = names[0] === "longitude", most = Math.max(...shares, 1e-9);
    const [up, right] = isMap ? [1, 0] : [0, 1], columns = bins[right].length;
    const grid = element("div", { class: "field" });
    grid.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
    for (let row = bins[up].length - 1; row >= 0; row -= 1)
      for (let column = 0; column < columns; column += 1) {
        const [i, k] = isMap ? [column, row] : [row, column];
        const share = shares[i * bins[1].length + k], cell = element("i");
        if (share > 0) cell.style.background = scaleColor(1 - share / most);
        const text = `${names[0]} ${bins[0][i]}\n${names[1]} ${bins[1][k]}\n${shown(share, 3)} %`;
        cell.addEventListener("pointermove", (event) => showTip(event, text));
        cell.addEventListener("pointerleave", (event) => showTip(event, ""));
        grid.append(cell);
      }
    return element("div", {}, grid, element("p", { class: "note" }, `Upwards ${names[up]}, to the right ${names[right]}; darkest: ${shown(most, 3)} %.`));
  }
}
