// The page's side of Live: curves, filters, and a button that ends the training.

const SVG = "http://www.w3.org/2000/svg";
const COLOURS = { training: "#009E73", validation: "#0072B2", test: "#D55E00", cost: "#0072B2" };
const PATIENCE = 3000; // milliseconds for which the button may have no effect
const [WIDTH, HEIGHT, LEFT, BOTTOM] = [300, 150, 44, 20];

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function draw(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// Curves of points (epochs, value), named by their colours.
function chart(title, curves, epochs, written) {
  const points = Object.values(curves).flat();
  const figure = make("figure", {}, make("figcaption", {}, title));
  const values = points.map(([, y]) => y);
  const last = Math.max(Math.ceil(epochs), 1);
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const spread = high - low || 1;
  const x = (e) => LEFT + ((WIDTH - LEFT - 6) * e) / last;
  const y = (v) => 8 + (HEIGHT - BOTTOM - 14) * (1 - (v - low) / spread);
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, role: "img" });
  svg.append(draw("title", {}, title));
  const axes = `M${LEFT} 4V${HEIGHT - BOTTOM}H${WIDTH - 4}`;
  svg.append(draw("path", { d: axes, fill: "none", stroke: "currentColor", "stroke-width": 0.8 }));
  const write = (px, py, text, anchor) =>
    svg.append(draw("text", { x: px, y: py, "text-anchor": anchor, fill: "currentColor" }, text));
  write(LEFT, HEIGHT - 5, "0", "middle");
  write(WIDTH - 6, HEIGHT - 5, last === 1 ? "1 epoch" : `${last} epochs`, "end");
  if (values.length) {
    write(LEFT - 4, y(high) + 4, written(high), "end");
    if (high > low) write(LEFT - 4, y(low) + 4, written(low), "end");
  }
  for (const [name, curve] of Object.entries(curves)) {
    if (!curve.length) continue;
    const stroke = COLOURS[name];
    const d = curve.map(([e, v], k) => `${k ? "L" : "M"}${x(e).toFixed(1)} ${y(v).toFixed(1)}`);
    svg.append(draw("path", { d: d.join(""), fill: "none", stroke, "stroke-width": 1.5 }));
    const [e, v] = curve.at(-1);
    svg.append(draw("circle", { cx: x(e), cy: y(v), r: 2.5, fill: stroke }));
  }
  figure.append(svg);
  return figure;
}

function duration(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function percent(x, digits) {
  return `${(100 * x).toFixed(digits)}\u00a0%`;
}

function paintFilters(canvas, bytes, [count, rows, columns], dark) {
  const across = Math.min(count, 10);
  canvas.width = across * (columns + 1) - 1;
  canvas.height = Math.ceil(count / across) * (rows + 1) - 1;
  const context = canvas.getContext("2d");
  const data = context.createImageData(canvas.width, canvas.height);
  for (let k = 0; k < count * rows * columns; k++) {
    const [number, row, column] = [
      Math.floor(k / (rows * columns)),
      Math.floor(k / columns) % rows,
      k % columns,
    ];
    const top = Math.floor(number / across) * (rows + 1) + row;
    const at = 4 * (top * canvas.width + (number % across) * (columns + 1) + column);
    data.data.fill(dark ? bytes[k] : 255 - bytes[k], at, at + 3);
    data.data[at + 3] = 255;
  }
  context.putImageData(data, 0, 0);
  canvas.style.width = `${canvas.width * Math.max(2, Math.round(24 / columns))}px`;
}

// By the kernel's control channel, if this program gives access to it: other messages of a page wait
// until the cell has ended.
function send(model, message) {
  const kernel = model.widget_manager?.kernel;
  try {
    kernel.sendControlMessage({
      channel: "control",
      header: {
        msg_id: `${message}_${Date.now()}`,
        msg_type: message,
        session: kernel.clientId,
        username: kernel.username,
        date: new Date().toISOString(),
        version: "5.3",
      },
      parent_header: {},
      metadata: {},
      content: {},
      buffers: [],
    });
  } catch {
    model.send({ do: message });
  }
}

// The bytes of a trait, from the start of a buffer of their own.
function bytesOf(model, name) {
  const view = model.get(name);
  return new Uint8Array(view.buffer ?? view, view.byteOffset ?? 0, view.byteLength).slice();
}

function render({ model, el }) {
  const status = make("p", { role: "status", class: "n3-said" });
  const numbers = make("p", { class: "n3-speed" });
  const bar = make("progress", { max: 1, value: 0, "aria-label": "training" });
  const stop = make("button", { type: "button" });
  const hint = make(
    "p",
    { role: "alert", class: "n3-hint", hidden: "" },
    "The button has no effect in this program while a cell runs: interrupt the kernel instead. " +
      "The network keeps what it has learned.",
  );
  const charts = make("div", { class: "n3-charts" });
  const filters = make("canvas", { role: "img", "aria-label": "filters of the first layer" });
  const caption = make("figcaption", {}, "Filters of the first layer");
  const figure = make("figure", {}, caption, filters);
  const controls = make("div", {}, bar, stop);
  // JupyterLab's shortcuts would take Enter and the space bar from the button.
  const root = make("div", { class: "n3-live", "data-lm-suppress-shortcuts": "true" });
  root.append(status, controls, hint, numbers, charts);
  el.append(root);
  let asked = false; // a frame will paint
  let pressed = ""; // the training that the button was pressed for

  stop.addEventListener("click", () => {
    const training = (pressed = model.get("stop"));
    send(model, training);
    paint();
    setTimeout(() => {
      hint.hidden = model.get("stop") !== training;
    }, PATIENCE);
  });
  const schedule = () => {
    if (!asked) requestAnimationFrame(paint);
    asked = true;
  };
  function paint() {
    asked = false;
    const { said, epoch, epochs, done, speed, left, accuracies, filters: scale } = model.get("shown");
    const running = model.get("stop");
    stop.hidden = !running;
    stop.disabled = running && running === pressed;
    stop.textContent = stop.disabled ? "Stopping" : "Stop";
    if (running !== pressed) hint.hidden = true;
    bar.max = epochs || 1;
    bar.value = done;
    root.dataset.running = Boolean(running);
    root.dataset.done = done;
    const known = Object.keys(accuracies).filter((name) => accuracies[name].length);
    const reached = known.map((name) => `${name} accuracy ${percent(accuracies[name].at(-1)[1], 2)}`);
    const where = epochs ? `${said}: epoch ${Math.min(epoch + 1, epochs)} of ${epochs}` : said;
    const sentence = [where, ...reached].join(", ");
    if (status.textContent !== sentence) status.textContent = sentence; // as it is read aloud
    const pairs = new Float32Array(bytesOf(model, "costs").buffer);
    const costs = Array.from({ length: pairs.length / 2 }, (_, k) => [pairs[2 * k], pairs[2 * k + 1]]);
    numbers.textContent = [
      costs.length && `cost ${costs.at(-1)[1].toFixed(4)}`,
      speed && `${Math.round(speed).toLocaleString("en")} images per second`,
      running && left !== null && `${duration(left)} left`,
    ]
      .filter(Boolean)
      .join(", ");
    const parts = [
      chart("Cost", { cost: costs }, done, (v) => v.toFixed(2)),
      chart("Accuracy", accuracies, done, (v) => percent(v, 1)),
    ];
    for (const name of known) {
      const key = make("span", { class: "n3-key" }, ` ${name}`);
      key.style.setProperty("--key", COLOURS[name]);
      parts[1].firstChild.append(key);
    }
    if (scale) {
      // A widget that has left its page has no colour.
      const colour = getComputedStyle(root).color || "rgb(0, 0, 0)";
      const [r, g, b] = colour.match(/[\d.]+/g).map(Number);
      const dark = 0.3 * r + 0.6 * g + 0.1 * b > 128;
      paintFilters(filters, bytesOf(model, "filters"), scale.shape, dark);
      parts.push(figure);
    }
    charts.replaceChildren(...parts);
  }
  const traits = "change:shown change:filters change:costs change:stop";
  model.on(traits, schedule);
  schedule();
  return () => model.off(traits, schedule);
}

export default { render };
