/** Lines over two axes that can be zoomed and moved: SVG. A line is { name, points: [[x, y], ...], color, dash, thin }. */
class LinePlot {
  constructor(parent, { xLog, yLog, height = 360 }) {
    Object.assign(this, { xLog, yLog, height, lines: [], view: null });
    this.svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.svg.setAttribute("height", height);
    this.legend = element("div", { class: "legend" });
    parent.append(this.svg, this.legend);
    onGestures(this.svg, {
      zoom: (factor, x, y) => this.zoom(factor, x, y),
      move: (dx, dy) => this.move(dx, dy),
      hover: (x, y, event) => this.hover(x, y, event),
      reset: () => { this.view = null; this.draw(); },
    });
  }

  /** \param keepView  while only the site changes, one wants to compare */
  show(lines, xName, yName, keepView = false) {
    Object.assign(this, { xName, yName });
    const x = (v) => this.xLog ? Math.log10(v) : v;
    const y = (v) => this.yLog ? Math.log10(v) : v;
    this.lines = lines.map((line) => ({
      ...line, places: line.points.filter(([a, b]) => (!this.xLog || a > 0) && (!this.yLog || b > 0)).map(([a, b]) => [x(a), y(b)]),
    }));
    if (!keepView) this.view = null;
    this.draw();
  }

  whole() {
    const all = this.lines.flatMap((line) => line.places);
    if (all.length === 0) return { x: [0, 1], y: [0, 1] };
    const ends = (i) => all.reduce(([a, b], p) => [Math.min(a, p[i]), Math.max(b, p[i])], [Infinity, -Infinity]);
    const wide = ([a, b]) => { const more = 0.03 * (b - a) || 0.5; return [a - more, b + more]; };
    const x = wide(ends(0));
    let [low, high] = ends(1);
    if (this.yLog) low = Math.max(low, Math.min(high - 1, -6)); // below 1e-6 curves say little
    else low = Math.min(low, 0);
    return { x, y: wide([low, high]) };
  }

  frame() { return { left: 58, right: this.width - 8, top: 8, bottom: this.height - 40 }; }
  toX(v) { const f = this.frame(), [a, b] = this.view.x; return f.left + (v - a) / (b - a) * (f.right - f.left); }
  toY(v) { const f = this.frame(), [a, b] = this.view.y; return f.bottom - (v - a) / (b - a) * (f.bottom - f.top); }

  draw() {
    this.width = this.svg.clientWidth || 500;
    this.view ??= this.whole();
    const f = this.frame(), out = [];
    const line = (x1, y1, x2, y2) => `<line class="grid" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
    for (const [v, text] of ticks(...this.view.x, this.xLog, f.right - f.left < 420 ? 5 : 8)) {
      const x = this.toX(v).toFixed(1);
      out.push(line(x, f.top, x, f.bottom), `<text x="${x}" y="${f.bottom + 15}" text-anchor="middle">${text}</text>`);
    }
    for (const [v, text] of ticks(...this.view.y, this.yLog)) {
      const y = this.toY(v).toFixed(1);
      out.push(line(f.left, y, f.right, y), `<text x="${f.left - 6}" y="${+y + 4}" text-anchor="end">${text}</text>`);
    }
    const clip = `clip${this.id ??= LinePlot.count = (LinePlot.count ?? 0) + 1}`;
    out.push(`<clipPath id="${clip}"><rect x="${f.left}" y="${f.top}" width="${f.right - f.left}" height="${f.bottom - f.top}"/></clipPath>`);
    for (const one of this.lines) {
      const points = one.places.map(([x, y]) => `${this.toX(x).toFixed(1)},${this.toY(y).toFixed(1)}`).join(" ");
      out.push(`<polyline class="curve" clip-path="url(#${clip})" points="${points}" stroke="${one.color()}"
        stroke-dasharray="${one.dash ?? ""}" style="stroke-width:${one.width ?? 1.6}"/>`);
    }
    out.push(`<text id="x${clip}" x="${(f.left + f.right) / 2}" y="${this.height - 6}" text-anchor="middle"></text>`,
      `<text id="y${clip}" transform="translate(12 ${(f.top + f.bottom) / 2}) rotate(-90)" text-anchor="middle"></text>`);
    this.svg.innerHTML = out.join("");
    $(`#x${clip}`, this.svg).textContent = this.xName ?? "";
    $(`#y${clip}`, this.svg).textContent = this.yName ?? "";
    this.drawLegend();
  }

  drawLegend() {
    const once = new Map(this.lines.map((line) => [line.name, line]));
    this.legend.replaceChildren(...[...once.values()].map((line) => {
      const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      mark.setAttribute("style", "display:inline-block;width:26px;height:8px;margin-right:6px");
      mark.innerHTML = `<line x1="0" x2="26" y1="4" y2="4" stroke="${line.color()}" stroke-width="2" stroke-dasharray="${line.dash ?? ""}"/>`;
      return element("span", {}, mark, line.name);
    }));
  }

  zoom(factor, x, y) {
    const f = this.frame();
    const around = ([a, b], share) => { const at = a + share * (b - a); return [at + (a - at) / factor, at + (b - at) / factor]; };
    this.view = { x: around(this.view.x, (x - f.left) / (f.right - f.left)), y: around(this.view.y, (f.bottom - y) / (f.bottom - f.top)) };
    this.draw();
  }

  move(dx, dy) {
    const f = this.frame(), [xa, xb] = this.view.x, [ya, yb] = this.view.y;
    const sx = dx / (f.right - f.left) * (xb - xa), sy = dy / (f.bottom - f.top) * (yb - ya);
    this.view = { x: [xa - sx, xb - sx], y: [ya + sy, yb + sy] };
    this.draw();
  }

  hover(x, y, event) {
    let best = null;
    for (const line of this.lines)
      line.places.forEach((place, i) => {
        const d = Math.hypot(this.toX(place[0]) - x, this.toY(place[1]) - y);
        if (d < 14 && (!best || d < best.d)) best = { d, line, place };
      });
    const back = (v, isLog) => shown(isLog ? 10 ** v : v);
    showTip(event, best ? `${best.line.name}\n${back(best.place[0], this.xLog)} → ${back(best.place[1], this.yLog)}` : "");
  }
}
