/** Sites as squares of colour on a canvas that can be zoomed and moved. */
class SiteMap {
  constructor(parent, results, onPick) {
    Object.assign(this, { results, onPick, view: null });
    this.surface = sharpCanvas(parent, () => 360);
    this.scale = element("div", { class: "scale" });
    this.scale.style.background = scaleGradient;
    this.ends = element("div", { class: "ends" });
    parent.append(this.scale, this.ends);
    const { lon, lat } = results;
    this.box = { lon: minmax(lon), lat: minmax(lat) };
    this.squeeze = Math.max(Math.cos((this.box.lat[0] + this.box.lat[1]) / 2 * Math.PI / 180), 0.05);
    const area = Math.max((this.box.lon[1] - this.box.lon[0]) * this.squeeze * (this.box.lat[1] - this.box.lat[0]), 1e-9);
    this.spacing = Math.sqrt(area / lon.length); // [deg] of a grid of these sites
    onGestures(this.surface.canvas, {
      zoom: (factor, x, y) => this.zoom(factor, x, y),
      move: (dx, dy) => { this.view.x += dx; this.view.y += dy; this.draw(); },
      click: (x, y) => { const i = this.nearest(x, y); if (i >= 0) onPick(i * results.data.map.step); },
      hover: (x, y, event) => this.hover(x, y, event),
      reset: () => { this.view = null; this.draw(); },
    });
  }

  /** Scale [pixels per degree of latitude] and the place of the south-west corner [pixels]. */
  whole(width, height) {
    const [w, e] = this.box.lon, [s, n] = this.box.lat;
    const scale = Math.min((width - 70) / Math.max((e - w) * this.squeeze, 1e-3), (height - 50) / Math.max(n - s, 1e-3), 4000);
    return { scale, x: (width - (e - w) * this.squeeze * scale) / 2 + 15, y: (height + (n - s) * scale) / 2 - 10 };
  }

  toX(lon) { return this.view.x + (lon - this.box.lon[0]) * this.squeeze * this.view.scale; }
  toY(lat) { return this.view.y - (lat - this.box.lat[0]) * this.view.scale; }

  draw() {
    const { context, width, height } = this.surface.begin();
    this.view ??= this.whole(width, height);
    const { lon, lat } = this.results, values = this.results.map();
    let low = Infinity, high = 0;
    for (const v of values) if (v > 0) { low = Math.min(low, v); high = Math.max(high, v); }
    const isLog = high > 20 * low;
    const share = isLog ? (v) => Math.log(v / low) / Math.log(high / low) : (v) => high > low ? (v - low) / (high - low) : 0.5;
    const side = Math.min(Math.max(this.spacing * this.view.scale * 0.92, lon.length < 1000 ? 8 : 2), 26);
    this.drawGrid(context, width, height);
    for (let i = 0; i < lon.length; i += 1) {
      const x = this.toX(lon[i]), y = this.toY(lat[i]);
      if (x < -side || y < -side || x > width + side || y > height + side) continue;
      context.fillStyle = values[i] > 0 ? scaleColor(share(values[i])) : color0;
      context.fillRect(x - side / 2, y - side / 2, side, side);
    }
    const at = this.results.mapIndex();
    context.lineWidth = 2.5;
    context.strokeStyle = color("--s6");
    context.strokeRect(this.toX(lon[at]) - side / 2 - 3, this.toY(lat[at]) - side / 2 - 3, side + 6, side + 6);
    const unit = this.results.unit(this.results.data.imts[this.results.imt]);
    this.ends.replaceChildren(...(high > 0 ? [shown(low, 3), `${unit}${isLog ? ", logarithmic" : ""}; grey: below all levels`, shown(high, 3)]
      : ["below all levels everywhere"]).map((text) => element("span", {}, text)));
  }

  drawGrid(context, width, height) {
    context.strokeStyle = color("--line");
    context.fillStyle = color("--soft");
    context.lineWidth = 1;
    const degrees = (x) => this.box.lon[0] + (x - this.view.x) / (this.squeeze * this.view.scale);
    for (const [lon, text] of ticks(degrees(48), degrees(width), false, 6)) {
      const x = this.toX(lon);
      context.beginPath(); context.moveTo(x, 0); context.lineTo(x, height - 18); context.stroke();
      context.textAlign = "center";
      const half = context.measureText(`${text}°`).width / 2;
      context.fillText(`${text}°`, Math.min(x, width - half - 1), height - 5); // whole, also at the edge
    }
    const up = (y) => this.box.lat[0] + (this.view.y - y) / this.view.scale;
    for (const [lat, text] of ticks(up(height - 20), up(0), false, 6)) {
      const y = this.toY(lat);
      context.beginPath(); context.moveTo(44, y); context.lineTo(width, y); context.stroke();
      context.textAlign = "right";
      context.fillText(`${text}°`, 42, y + 4);
    }
  }

  zoom(factor, x, y) {
    const v = this.view;
    this.view = { scale: v.scale * factor, x: x + (v.x - x) * factor, y: y + (v.y - y) * factor };
    this.draw();
  }

  nearest(x, y) {
    const { lon, lat } = this.results;
    let best = -1, least = 900; // pixels squared
    for (let i = 0; i < lon.length; i += 1) {
      const dx = this.toX(lon[i]) - x, dy = this.toY(lat[i]) - y, d = dx * dx + dy * dy;
      if (d < least) { least = d; best = i; }
    }
    return best;
  }

  hover(x, y, event) {
    const i = this.nearest(x, y);
    if (i < 0) { showTip(event, ""); return; }
    const { lon, lat, data } = this.results;
    showTip(event, `site ${i * data.map.step}: ${lon[i].toFixed(4)}°, ${lat[i].toFixed(4)}°\n${data.imts[this.results.imt].name} ${shown(this.results.map()[i])}`);
  }
}
const color0 = "#9aa0a6"; // of sites below all levels
