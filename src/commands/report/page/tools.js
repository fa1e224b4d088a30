const $ = (selector, within = document) => within.querySelector(selector);

/** An element with attributes and children; a text is never read as HTML. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** float32 values out of base64. */
function floats(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

function shown(value, digits = 4) {
  if (value === null || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(digits - 2);
  return String(Number(value.toPrecision(digits)));
}

const seconds = (s) => s < 120 ? `${shown(s, 3)} s` : s < 7200 ? `${shown(s / 60, 3)} min` : `${shown(s / 3600, 3)} h`;

const counted = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

/** A colour of the theme: "--s0". */
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const seriesColor = (i) => color(`--s${i % 8}`);
const dashes = ["", "7 3", "8 3 2 3", "2 3", "12 3", "4 2 1 2", "1 2", "9 5"];

/** Lightness grows evenly, so that the order is kept in grey: viridis at eight places. */
const scaleStops = [[68, 1, 84], [70, 50, 127], [54, 92, 141], [39, 127, 142], [31, 161, 135], [74, 194, 109], [159, 218, 58],
  [253, 231, 37]];
function scaleColor(share) {
  const place = Math.min(Math.max(share, 0), 1) * (scaleStops.length - 1);
  const i = Math.min(Math.floor(place), scaleStops.length - 2);
  const mix = scaleStops[i].map((c, k) => Math.round(c + (scaleStops[i + 1][k] - c) * (place - i)));
  return `rgb(${mix})`;
}
const scaleGradient = `linear-gradient(to right, ${scaleStops.map((c) => `rgb(${c})`).join(",")})`;

/** Where an axis has its marks; of a logarithmic one low and high are exponents of ten. \return [place, text][] */
function ticks(low, high, isLog, most = 8) {
  const list = [];
  if (isLog) {
    const span = high - low;
    const step = Math.max(1, Math.ceil(span / most));
    const within = span > 3 ? [1] : span > 1.2 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9];
    for (let e = Math.floor(low); e <= high; e += 1)
      for (const m of within) {
        const place = e + Math.log10(m);
        if (place < low || place > high || (m === 1 && span > 3 && e % step !== 0)) continue;
        const value = m * 10 ** e;
        list.push([place, value >= 1e-3 && value < 1e4 ? String(Number(value.toPrecision(3))) : `${m === 1 ? "" : m + "·"}1e${e}`]);
      }
    return list;
  }
  const rough = (high - low) / most;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((f) => f * unit >= rough);
  for (let k = Math.ceil(low / step); k * step <= high; k += 1) list.push([k * step, String(Number((k * step).toPrecision(6)))]);
  return list;
}

/** A table; columns whose name begins with "#" hold numbers. */
function table(columns, rows) {
  const isNumber = columns.map((name) => name.startsWith("#"));
  const cell = (tag, text, i) => element(tag, isNumber[i] ? { class: "n" } : {}, text);
  const head = element("tr", {}, ...columns.map((name, i) => cell("th", name.replace("#", ""), i)));
  const body = rows.map((row) => element("tr", {}, ...row.map((value, i) =>
    cell("td", isNumber[i] && typeof value === "number" ? shown(value) : String(value), i))));
  return element("div", { class: "scroll" }, element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)));
}

function showTip(event, text) {
  const tip = $("#tip");
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  const right = event.clientX + 16 + tip.offsetWidth > innerWidth;
  tip.style.left = `${event.clientX + (right ? -12 - tip.offsetWidth : 14)}px`;
  tip.style.top = `${Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 6)}px`;
}

/** Calls back for zooming (factor, at x, y), moving (dx, dy), a click (x, y), hovering (x, y, event) and a double click;
    all in pixels of the element. */
function onGestures(surface, handlers) {
  let from = null, moved = false;
  const place = (event) => {
    const box = surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  surface.addEventListener("wheel", (event) => {
    event.preventDefault();
    handlers.zoom(Math.exp(-event.deltaY * 0.0015), ...place(event));
  }, { passive: false });
  surface.addEventListener("pointerdown", (event) => {
    from = place(event);
    moved = false;
    surface.setPointerCapture(event.pointerId);
  });
  surface.addEventListener("pointermove", (event) => {
    const [x, y] = place(event);
    if (from) {
      if (!moved && Math.hypot(x - from[0], y - from[1]) < 4) return;
      moved = true;
      handlers.move(x - from[0], y - from[1]);
      from = [x, y];
    } else handlers.hover?.(x, y, event);
  });
  surface.addEventListener("pointerup", (event) => {
    if (from && !moved) handlers.click?.(...place(event));
    from = null;
  });
  surface.addEventListener("pointerleave", () => showTip(null, ""));
  surface.addEventListener("dblclick", () => handlers.reset());
}

/** A canvas as wide as its parent, sharp on every screen. \return { canvas, begin() -> { context, width, height } } */
function sharpCanvas(parent, heightOf) {
  const canvas = element("canvas");
  parent.append(canvas);
  const begin = () => {
    const width = canvas.clientWidth, height = heightOf(width), ratio = devicePixelRatio || 1;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.clearRect(0, 0, width, height);
    context.font = "11px system-ui, 'DejaVu Sans', sans-serif";
    return { context, width, height };
  };
  return { canvas, begin };
}
