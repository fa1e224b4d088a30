/** The tasks of every rank over time; time can be zoomed and moved. */
class Timeline {
  constructor(parent, run) {
    this.run = run;
    const rows = floats(run.tasks.rows);
    this.bars = [];
    for (let i = 0; i < rows.length; i += 6) {
      const [lane, begin, end, kind, name, nTasks] = rows.subarray(i, i + 6);
      this.bars.push({ lane, begin, end, kind, name, nTasks });
    }
    this.total = Math.max(...run.ranks.map((r) => r[8]), 1e-9);
    this.lanes = run.ranks.length;
    this.lane = Math.min(Math.max(520 / this.lanes, 1), 22); // [pixels]
    this.view = [0, this.total];
    this.left = 46;
    this.surface = sharpCanvas(parent, () => this.lanes * this.lane + 26);
    this.legend = element("div", { class: "legend" });
    parent.append(this.legend);
    onGestures(this.surface.canvas, {
      zoom: (factor, x) => this.zoom(factor, x),
      move: (dx) => this.move(dx),
      hover: (x, y, event) => this.hover(x, y, event),
      reset: () => { this.view = [0, this.total]; this.draw(); },
    });
  }

  width() { return this.surface.canvas.clientWidth - this.left; }
  toX(t) { return this.left + (t - this.view[0]) / (this.view[1] - this.view[0]) * this.width(); }
  toTime(x) { return this.view[0] + (x - this.left) / this.width() * (this.view[1] - this.view[0]); }

  draw() {
    const { context, width, height } = this.surface.begin();
    const bottom = height - 22, gap = this.lane > 6 ? 2 : this.lane > 3 ? 1 : 0;
    context.textAlign = "center";
    for (const [t, text] of ticks(...this.view, false, 10)) {
      const x = this.toX(t);
      context.strokeStyle = color("--line");
      context.beginPath(); context.moveTo(x, 0); context.lineTo(x, bottom); context.stroke();
      context.fillStyle = color("--soft");
      context.fillText(`${text} s`, x, height - 6);
    }
    const merged = color("--s0"), colors = this.run.tasks.classes.map((_, i) => seriesColor(i));
    context.save();
    context.beginPath(); context.rect(this.left, 0, width - this.left, bottom); context.clip();
    for (const bar of this.bars) {
      if (bar.end < this.view[0] || bar.begin > this.view[1]) continue;
      const x = this.toX(bar.begin), w = Math.max(this.toX(bar.end) - x, 0.4);
      context.globalAlpha = bar.kind < 0 ? Math.max(-1 - bar.kind, 4) / 100 : 1;
      context.fillStyle = bar.kind < 0 ? merged : colors[bar.kind];
      context.fillRect(x, bar.lane * this.lane + gap / 2, w > 3 ? w - 0.6 : w, this.lane - gap);
    }
    context.restore();
    context.fillStyle = color("--soft");
    context.textAlign = "right";
    const every = Math.ceil(14 / this.lane);
    this.run.ranks.forEach((rank, i) => { if (i % every === 0) context.fillText(rank[0], this.left - 6, i * this.lane + this.lane / 2 + 4); });
    this.legend.replaceChildren(...this.run.tasks.classes.map((name, i) => {
      const mark = element("i");
      mark.style.background = colors[i];
      return element("span", {}, mark, name);
    }));
  }

  zoom(factor, x) {
    const at = this.toTime(x), [a, b] = this.view;
    this.view = [Math.max(at + (a - at) / factor, 0), Math.min(at + (b - at) / factor, this.total)];
    this.draw();
  }

  move(dx) {
    const span = this.view[1] - this.view[0];
    const begin = Math.min(Math.max(this.view[0] - dx / this.width() * span, 0), this.total - span);
    this.view = [begin, begin + span];
    this.draw();
  }

  hover(x, y, event) {
    const t = this.toTime(x), lane = Math.floor(y / this.lane), near = (this.view[1] - this.view[0]) / this.width();
    const bar = this.bars.find((one) => one.lane === lane && one.begin - near <= t && one.end + near >= t);
    if (lane < 0 || lane >= this.lanes || x < this.left) { showTip(event, ""); return; }
    const rank = this.run.ranks[lane], head = `rank ${rank[0]} on ${rank[1]}`;
    if (!bar) { showTip(event, `${head}\nno task at ${seconds(t)}`); return; }
    const { names, classes } = this.run.tasks;
    const what = bar.kind < 0 ? `${bar.nTasks} short tasks, computing ${-1 - bar.kind} % of the time`
      : `${bar.name < 0 ? "a source" : names[bar.name]} (${classes[bar.kind]})`;
    showTip(event, `${head}\n${what}\n${seconds(bar.begin)} to ${seconds(bar.end)}: ${seconds(bar.end - bar.begin)}`);
  }
}
