// The page's side of LookInside and DrawDigit. Python computes; this file draws and listens.
// On the pages of `network3 page`, page.js computes, which has no steps that lead to a number.

const SIDE = 280; // of the paper, in the units of the strokes; the pen's width is Python's, too
const PEN = 22;
const STEP = 10; // of the pen, moved by an arrow key
const SETTLED = 400; // milliseconds without a change, after which the result is read aloud
const CELL = 46; // pixels; the smallest side of a feature map on the screen
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Notebooks choose light or dark by themselves; their text's colour tells which.
function isDark(element) {
  // A widget that has left its page has no colour.
  const colour = getComputedStyle(element).color || "rgb(0, 0, 0)";
  const [r, g, b] = colour.match(/[\d.]+/g).map(Number);
  return 0.3 * r + 0.6 * g + 0.1 * b > 128;
}

const percent = (p) => `${(100 * p).toFixed(p > 0.9995 || p < 0.0005 ? 0 : 1)} %`;
function short(x) {
  const text = x.toFixed(Math.abs(x) >= 100 ? 0 : 2);
  return Number(text) === 0 ? "0.00" : text.replace("-", "\u2212");
}

// Only what has changed is written: each change makes the browser lay out the page again.
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Grey levels on a canvas, one pixel for a number, with a gap between maps.
// The smallest number has the colour of the paper, the largest that of ink.
function paintMaps(canvas, bytes, [count, rows, columns], across, dark) {
  const width = across * (columns + 1) - 1;
  const height = Math.ceil(count / across) * (rows + 1) - 1;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  const data = context.createImageData(width, height);
  const pixels = new Uint32Array(data.data.buffer);
  let from = 0;
  for (let k = 0; k < count; k++) {
    let to = Math.floor(k / across) * (rows + 1) * width + (k % across) * (columns + 1);
    for (let y = 0; y < rows; y++, to += width) {
      for (let x = 0; x < columns; x++) {
        const level = bytes[from++];
        pixels[to + x] = 0xff000000 | (0x010101 * (dark ? level : 255 - level));
      }
    }
  }
  context.putImageData(data, 0, 0);
}

function paintColours(canvas, bytes, [, rows, columns]) {
  canvas.width = columns;
  canvas.height = rows;
  const data = canvas.getContext("2d").createImageData(columns, rows);
  for (let k = 0; k < rows * columns; k++) {
    for (let c = 0; c < 3; c++) data.data[4 * k + c] = bytes[c * rows * columns + k];
    data.data[4 * k + 3] = 255;
  }
  canvas.getContext("2d").putImageData(data, 0, 0);
}

function render({ model, el }) {
  const status = make("p", { role: "status", class: "n3-status" });
  const seen = make("canvas", { class: "n3-seen", role: "img", "aria-label": "the image" });
  const field = make("div", { class: "n3-field", hidden: "" });
  const buttons = make("div", { class: "n3-buttons" });
  const nets = make("div", { class: "n3-nets" });
  const steps = make("section", { class: "n3-steps", "aria-live": "polite" });
  const left = make("div", { class: "n3-left" });
  // JupyterLab would take keys for its own commands.
  const root = make("div", { class: "n3", "data-lm-suppress-shortcuts": "true" });
  const paper = model.get("paper") ? makePaper(model) : null;
  if (paper) left.append(paper.element, buttons, paper.hint);
  left.append(
    make(
      "figure",
      {},
      make("div", { class: "n3-frame" }, seen, field),
      make("figcaption", {}, paper ? "What the networks see" : "The image"),
    ),
  );
  if (!paper) left.append(buttons);
  const right = make("div", { class: "n3-right" }, status, nets);
  root.append(make("div", { class: "n3-top" }, left, right), steps);
  el.append(root);

  function button(label, action) {
    const made = make("button", { type: "button" }, label);
    made.addEventListener("click", action);
    buttons.append(made);
  }
  const ask = (what) => () => model.send({ do: what });
  if (paper) {
    button("Undo", paper.undo);
    button("Clear", paper.clear);
    if (model.get("test_images") !== false) button("Test image", paper.testImage);
  } else {
    button("Previous", ask("previous"));
    button("Next", ask("next"));
  }

  let sections = [];
  let timer = null;
  let asked = false;

  function schedule() {
    if (!asked) requestAnimationFrame(paint);
    asked = true;
  }

  function paint() {
    asked = false;
    const shown = model.get("shown");
    const view = model.get("pixels");
    const pixels = new Uint8Array(view.buffer ?? view, view.byteOffset ?? 0, view.byteLength);
    const dark = isDark(root);
    let at = 0;
    const next = (shape) => pixels.subarray(at, (at += shape.reduce((a, b) => a * b)));
    seen.parentNode.parentNode.hidden = !shown.image;
    if (shown.image) {
      const { shape } = shown.image;
      if (shape[0] === 3) paintColours(seen, next(shape), shape);
      else paintMaps(seen, next(shape), shape, shape[0], dark);
    }
    const signature = JSON.stringify(shown.nets.map((n) => [n.name, n.output.length, n.layers.length]));
    if (signature !== nets.dataset.signature) {
      nets.dataset.signature = signature;
      sections = shown.nets.map((net, which) => makeNet(model, net, which));
      nets.replaceChildren(...sections.map((section) => section.element));
    }
    shown.nets.forEach((net, which) => sections[which].paint(net, next, dark));
    paintSteps();
    const results = shown.nets.map(({ name, output }) => {
      const best = output.indexOf(Math.max(...output));
      return `${shown.nets.length > 1 ? `${name}: ` : ""}${best} (${percent(output[best])})`;
    });
    const text = [shown.source, results.join("; ")].filter(Boolean).join(" \u2192 ");
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = text), status.textContent ? SETTLED : 0);
  }

  function paintSteps() {
    const found = model.get("steps") ?? {};
    const [which, layer, number, row, column] = model.get("chosen");
    const marked = "output" in found;
    sections.forEach((section, k) =>
      section.mark(marked && k === which ? { layer, number, row, column } : null),
    );
    field.hidden = !(marked && found.field);
    if (!field.hidden) {
      const [top, across, height, width] = found.field;
      placeMark(field, seen, top, across, height, width);
    }
    const key = JSON.stringify([found, model.get("chosen")]);
    if (steps.dataset.key === key) return;
    steps.dataset.key = key;
    const hadFocus = steps.contains(root.getRootNode().activeElement);
    steps.replaceChildren();
    if (found.error) steps.append(make("p", {}, found.error));
    else if (marked) {
      const choose = (y, x) => {
        model.set("chosen", [which, layer, number, row, column, y, x]);
        model.save_changes();
      };
      steps.append(...explanation(found, { layer, number, row, column }, choose));
      if (hadFocus) steps.querySelector("button[aria-pressed=true]").focus();
    }
  }

  const width = new ResizeObserver(schedule);
  width.observe(root);
  model.on("change:shown change:pixels change:steps", schedule);
  schedule();
  return () => {
    width.disconnect();
    clearTimeout(timer);
    model.off("change:shown change:pixels change:steps", schedule);
    paper?.remove();
  };
}

// Put a rectangle of the canvas's numbers in front of it.
function placeMark(mark, canvas, top, left, height, width) {
  const part = (n, whole) => `${(100 * n) / whole}%`;
  mark.style.top = part(top, canvas.height);
  mark.style.left = part(left, canvas.width);
  mark.style.height = part(height, canvas.height);
  mark.style.width = part(width, canvas.width);
}

// One network: its outputs as bars, and the feature maps of its layers.
function makeNet(model, net, which) {
  const bars = net.output.map((_, k) => {
    const bar = make("span", { class: "n3-bar" });
    const number = make("span", { class: "n3-number" });
    const line = make("li", {}, make("b", {}, `${k}`), make("span", { class: "n3-rail" }, bar), number);
    return { line, bar, number };
  });
  const list = make("ul", { class: "n3-bars", "aria-label": `outputs of ${net.name}` });
  list.append(...bars.map(({ line }) => line));
  const layers = net.layers.map((layer) => makeLayer(model, layer, which));
  const element = make("section", { class: "n3-net" }, make("h4", {}, net.name), list);
  element.append(...layers.map((layer) => layer.element));
  return {
    element,
    paint(now, next, dark) {
      const best = now.output.indexOf(Math.max(...now.output));
      element.dataset.prediction = best;
      bars.forEach(({ line, bar, number }, k) => {
        const p = now.output[k];
        line.classList.toggle("n3-best", k === best);
        bar.style.width = `${100 * Math.min(1, Math.max(0, p))}%`;
        write(number, percent(p));
        number.dataset.value = p;
      });
      layers.forEach((layer, k) => layer.paint(now.layers[k], next, dark));
    },
    mark(chosen) {
      for (const layer of layers) layer.mark(chosen);
    },
  };
}

// The feature maps of a layer on one canvas; a click or Enter chooses a number.
function makeLayer(model, { layer, title, shape }, which) {
  const [count, rows, columns] = shape;
  const maps = `${count === 1 ? "map" : "maps"} of ${rows} x ${columns}`;
  const label = `layer ${layer}: ${count} feature ${maps}`;
  const canvas = make("canvas", { role: "img", "aria-label": label });
  const mark = make("div", { class: "n3-mark", hidden: "" });
  const caption = make("figcaption");
  const frame = make("div", { class: "n3-frame n3-maps" }, canvas, mark);
  const element = make("figure", { "data-layer": layer }, caption, frame);
  let across = 1;
  let room = 0; // for the maps, from the last time that the page was laid out
  let repaint = () => {};
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === room) return;
    room = contentRect.width;
    repaint();
  }).observe(element);
  let cursor = { number: 0, row: 0, column: 0 };

  function choose() {
    model.set("chosen", [which, layer, cursor.number, cursor.row, cursor.column]);
    model.save_changes();
  }
  function showCursor() {
    const top = Math.floor(cursor.number / across) * (rows + 1) + cursor.row;
    const left = (cursor.number % across) * (columns + 1) + cursor.column;
    mark.hidden = false;
    placeMark(mark, canvas, top, left, 1, 1);
  }
  if (model.get("steps")) {
    canvas.setAttribute("tabindex", "0");
    canvas.setAttribute("role", "application");
    const keys = "Arrow keys choose a number, Enter shows how it was computed.";
    canvas.setAttribute("aria-label", `${label}. ${keys}`);
    canvas.addEventListener("click", onClick);
    canvas.addEventListener("keydown", onKey);
  }
  function onClick(event) {
    const box = canvas.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * canvas.width);
    const y = Math.floor(((event.clientY - box.top) / box.height) * canvas.height);
    const number = Math.floor(y / (rows + 1)) * across + Math.floor(x / (columns + 1));
    const [row, column] = [y % (rows + 1), x % (columns + 1)];
    if (row === rows || column === columns || number >= count) return; // between maps
    cursor = { number, row, column };
    showCursor();
    choose();
  }
  function onKey(event) {
    const arrow = ARROWS[event.key];
    if (!arrow && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (arrow) {
      // Past the edge of a map the next one begins.
      let x = (cursor.number % across) * columns + cursor.column + arrow[0];
      let y = Math.floor(cursor.number / across) * rows + cursor.row + arrow[1];
      x = Math.min(Math.max(x, 0), across * columns - 1);
      y = Math.min(Math.max(y, 0), Math.ceil(count / across) * rows - 1);
      const number = Math.floor(y / rows) * across + Math.floor(x / columns);
      if (number < count) cursor = { number, row: y % rows, column: x % columns };
      showCursor();
    } else choose();
  }
  return {
    element,
    paint(now, next, dark) {
      const bytes = next(shape);
      repaint = () => {
        const zoom = Math.max(2, Math.ceil(CELL / columns));
        across = Math.floor(((room || 400) / zoom + 1) / (columns + 1));
        across = Math.max(1, Math.min(count, 10, across));
        paintMaps(canvas, bytes, shape, across, dark);
        const width = `${canvas.width * zoom}px`;
        if (canvas.style.width !== width) canvas.style.width = width;
      };
      repaint();
      const range = `from ${short(now.low)} (${dark ? "black" : "white"}) to ${short(now.high)}`;
      write(caption, `Layer ${layer}, ${title}: ${count} ${maps}, ${range}`);
    },
    mark(chosen) {
      if (chosen?.layer === layer) {
        cursor = { number: chosen.number, row: chosen.row, column: chosen.column };
        showCursor();
      } else if (document.activeElement !== canvas) mark.hidden = true;
    },
  };
}

// The steps from the window to the number, as elements.
function explanation(found, { layer, number, row, column }, choose) {
  const one = (x) => make("output", { "data-value": x }, short(x));
  const maps = found.window.length;
  const [y, x] = found.corner;
  const named = {
    window: `window of ${maps === 1 ? "the input" : `the ${maps} input maps`}, row ${y}, column ${x}`,
    filter: "filter, as it lies on the window",
    product: "product",
  };
  const figures = ["window", "filter", "product"].map((what) => {
    const largest = Math.max(...found[what].flat(2).map(Math.abs)) || 1;
    const tables = found[what].map((map) => table(map, largest, maps <= 3));
    const all = make("div", { class: "n3-tables" }, ...tables);
    return make("figure", { class: `n3-${what}` }, make("figcaption", {}, named[what]), all);
  });
  const sums = table(found.sums, Math.max(...found.sums.flat().map(Math.abs)) || 1, true);
  [...sums.rows].forEach((line, i) =>
    [...line.cells].forEach((cell, j) => {
      const here = i === found.place[0] && j === found.place[1];
      const pick = make("button", { type: "button", "aria-pressed": here }, ...cell.childNodes);
      pick.addEventListener("click", () => choose(i, j));
      cell.append(pick);
    }),
  );
  const pooling = {
    max: found.ties > 1 ? `the largest, which ${found.ties} places share` : "the largest, which wins",
    l2: "the square root of the sum of their squares",
    average: "their mean",
  };
  const taken = pooling[found.pool_mode] ?? `what pool_mode "${found.pool_mode}" gives`;
  const title = `Layer ${layer}, map ${number}, row ${row}, column ${column}`;
  return [
    make("h4", {}, title),
    make("div", { class: "n3-products" }, ...figures),
    make("p", { class: "n3-sum" }, "The products add up to ", one(found.sum), "."),
    make(
      "div",
      { class: "n3-pooling" },
      make("figure", {}, make("figcaption", {}, "sums in the pooling window"), sums),
      make(
        "p",
        {},
        `Pooling takes ${taken}: `,
        one(found.pooled),
        make("br"),
        "plus the bias ",
        one(found.bias),
        " is ",
        one(found.weighted),
        make("br"),
        `${found.activation} of it is `,
        make("strong", { class: "n3-output" }, one(found.output)),
      ),
    ),
  ];
}

// Numbers as cells: blue for positive ones, orange for negative ones.
function table(numbers, largest, written) {
  const made = make("table");
  for (const line of numbers) {
    const row = made.insertRow();
    for (const number of line) {
      const cell = row.insertCell();
      const share = Math.round((80 * Math.abs(number)) / largest);
      const colour = number < 0 ? "#D55E00" : "#0072B2";
      cell.style.backgroundColor = `color-mix(in srgb, ${colour} ${share}%, transparent)`;
      cell.dataset.value = number;
      cell.title = number;
      if (written) cell.append(short(number));
    }
  }
  return made;
}

// A paper for a mouse, a pen, a finger or the keyboard.
function makePaper(model) {
  const canvas = make("canvas", {
    class: "n3-paper",
    width: SIDE,
    height: SIDE,
    tabindex: "0",
    role: "application",
    "aria-label":
      "Paper to draw a digit. Arrow keys move the pen, Space lowers or lifts it, " +
      "U takes the last stroke back, Delete clears.",
  });
  const tip = make("div", { class: "n3-tip", hidden: "" });
  const element = make("div", { class: "n3-frame" }, canvas, tip);
  const hint = make("p", { class: "n3-hint" }, "Keys: arrows, Space (pen), U (undo), Delete");
  let strokes = copy(model.get("strokes"));
  let drawing = null; // the pointer that draws a stroke: the mouse, a pen or a finger
  let down = false; // the keyboard's pen
  let pen = [SIDE / 2, 60];
  let [asked, resting] = [false, false]; // strokes wait to be sent; some were sent in this frame

  function copy(all) {
    return all.map((stroke) => stroke.map((point) => [...point]));
  }
  function paint() {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, SIDE, SIDE);
    context.strokeStyle = getComputedStyle(canvas).color;
    context.lineWidth = PEN;
    context.lineCap = context.lineJoin = "round";
    for (const stroke of strokes) {
      context.beginPath();
      context.moveTo(...stroke[0]);
      for (const point of stroke) context.lineTo(...point);
      context.stroke();
    }
    tip.style.left = `${(100 * pen[0]) / SIDE}%`;
    tip.style.top = `${(100 * pen[1]) / SIDE}%`;
    tip.classList.toggle("n3-down", down);
  }
  // At once, but no more than once a frame, which is as often as a screen shows anything.
  function changed() {
    paint();
    asked = true;
    if (!resting) send();
  }
  function send() {
    resting = asked;
    if (!asked) return;
    asked = false;
    requestAnimationFrame(send);
    model.set("strokes", copy(strokes));
    model.save_changes();
  }
  function place(event) {
    const box = canvas.getBoundingClientRect();
    const at = [
      ((event.clientX - box.left) / box.width) * SIDE,
      ((event.clientY - box.top) / box.height) * SIDE,
    ];
    return at.map((x) => Math.round(10 * x) / 10);
  }
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    // A second finger does not draw, nor does the hand that rests beside a pen.
    const other = drawing !== null && drawing !== event.pointerId;
    if (other && event.pointerType !== "pen") return;
    canvas.focus({ preventScroll: true });
    tip.hidden = true;
    down = false;
    drawing = event.pointerId;
    canvas.setPointerCapture(event.pointerId);
    strokes.push([place(event)]);
    changed();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drawing) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) strokes.at(-1).push(place(each));
    changed();
  });
  const stop = (event) => {
    if (event.pointerId === drawing) drawing = null;
  };
  canvas.addEventListener("pointerup", stop);
  canvas.addEventListener("pointercancel", stop);
  canvas.addEventListener("blur", () => (tip.hidden = true));

  function lift() {
    down = false;
    drawing = null;
  }
  const undo = () => {
    lift();
    strokes.pop();
    changed();
  };
  const empty = (then) => () => {
    lift();
    strokes = [];
    paint();
    model.send({ do: then });
  };
  const clear = empty("clear");
  canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    const keys = { u: undo, U: undo, Delete: clear, Backspace: clear };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!arrow && event.key !== " " && !keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    if (keys[event.key]) keys[event.key]();
    else if (drawing !== null) return;
    else if (arrow) {
      tip.hidden = false;
      pen = pen.map((x, k) => Math.min(Math.max(x + STEP * arrow[k], 0), SIDE));
      if (down) {
        strokes.at(-1).push([...pen]);
        changed();
      } else paint();
    } else {
      tip.hidden = false;
      down = !down;
      if (down) strokes.push([[...pen]]);
      changed();
    }
  });
  // A program may set the strokes, too.
  const received = () => {
    const drawn = drawing !== null || down || asked; // these strokes are on their way
    if (drawn || JSON.stringify(model.get("strokes")) === JSON.stringify(strokes)) return;
    strokes = copy(model.get("strokes"));
    paint();
  };
  model.on("change:strokes", received);
  requestAnimationFrame(paint);
  const remove = () => model.off("change:strokes", received);
  return { element, hint, undo, clear, testImage: empty("test image"), remove };
}

export default { render };
