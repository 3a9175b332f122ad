// What Python does for the widgets of a notebook, in a page without Python: prepare the strokes,
// compute the networks' outputs and feature maps, and choose images. looking.js draws and listens.

import looking from "./looking.js";
import { readStrokes } from "./strokes.js";

const BLANK = "Draw a digit.";
const RUNTIME = ["ort.wasm.min.js", "ort-wasm-simd-threaded.js", "ort-wasm-simd-threaded.wasm"].map(
  (file) => new URL(file, import.meta.url).href,
);

const state = { strokes: [], chosen: [], shown: { source: "", image: null, nets: [] } };
const listeners = [];

// Like anywidget's model.
export const model = {
  get: (name) => state[name],
  set(name, value) {
    state[name] = value;
  },
  save_changes() {
    try {
      const image = readStrokes(state.strokes);
      show(image, image ? "Your drawing" : BLANK);
    } catch (error) {
      show(null, error.message);
    }
  },
  send({ do: what }) {
    const last = images.length - 1;
    if (what === "next") showImage(number < last ? number + 1 : 0);
    if (what === "previous") showImage(number > 0 ? number - 1 : last);
    if (what === "test image") showImage(Math.floor(Math.random() * images.length));
    if (what === "clear") show(null, BLANK);
    if (what !== "test image" && what !== "clear") return;
    state.strokes = [];
    tell("change:strokes");
  },
  on(names, call) {
    listeners.push([names.split(" "), call]);
  },
  off() {},
};

function tell(name) {
  for (const [names, call] of listeners) if (names.includes(name)) call();
}

let page = null; // page.json
let ort = null;
export const images = []; // Float32Arrays
let number = -1; // of the image that is shown
let wanted = null;
let computing = false;

function showImage(k) {
  number = k;
  const label = page.labels[k];
  const named = label === undefined ? "" : `, ${[8, 11, 18].includes(label) ? "an" : "a"} ${label}`;
  return show(images[k], `Image ${k} of ${images.length}${named}`);
}

// Show an image, or none, with a sentence about where it comes from; of several calls, the last.
async function show(image, source) {
  wanted = { image, source };
  if (computing) return;
  computing = true;
  try {
    while (wanted) {
      const next = wanted;
      wanted = null;
      await showNow(next);
    }
  } catch (error) {
    fail(error);
  } finally {
    computing = false;
  }
}

async function showNow({ image, source }) {
  const parts = [];
  // The shape, the numbers that the bytes 0 and 255 stand for, and the bytes.
  function scaled(shape, numbers) {
    const low = numbers.reduce((a, b) => Math.min(a, b));
    const high = numbers.reduce((a, b) => Math.max(a, b));
    const spread = high - low || 1;
    parts.push(Uint8Array.from(numbers, (x) => Math.round(((x - low) / spread) * 255)));
    return { shape, low, high };
  }
  const shown = { source, image: image && scaled(page.shape, image), nets: [] };
  if (image) {
    for (const [k, { output, maps }] of (await compute(image)).entries()) {
      const { name, layers } = page.nets[k];
      const scales = layers.map((layer, j) => ({ ...layer, ...scaled(maps[j].shape, maps[j].numbers) }));
      shown.nets.push({ name, output, layers: scales });
    }
  }
  state.shown = shown;
  state.pixels = new Uint8Array(await new Blob(parts).arrayBuffer());
  tell("change:shown");
}

// For each network its outputs, and the feature maps of its layers.
export async function compute(image) {
  const found = [];
  for (const { session, layers } of page.nets) {
    const results = await session.run({
      images: new ort.Tensor("float32", image, [1, image.length]),
    });
    const maps = layers.map(({ layer }) => {
      const { dims, data } = results[`feature_maps_${layer}`];
      return { shape: dims.slice(1), numbers: data };
    });
    found.push({ output: Array.from(results.output.data), maps });
  }
  return found;
}

async function get(file) {
  const response = await fetch(new URL(file, import.meta.url));
  if (!response.ok) throw new Error(`${file} is missing on this server (${response.status})`);
  return response;
}

function fail(error) {
  const waiting = document.getElementById("waiting");
  waiting.hidden = false;
  waiting.textContent = `The network could not be loaded or run: ${error.message}`;
}

async function start() {
  page = await (await get("page.json")).json();
  const [file, mjs, wasm] = RUNTIME;
  ort = await import(file);
  ort.env.wasm.numThreads = 1; // a static host sends no headers that allow more
  ort.env.wasm.wasmPaths = { mjs, wasm };
  for (const net of page.nets) {
    const content = await (await get(net.file)).arrayBuffer();
    net.session = await ort.InferenceSession.create(content, { executionProviders: ["wasm"] });
  }
  if (page.images) {
    const numbers = new DataView(await (await get("images.bin")).arrayBuffer());
    const size = page.shape.reduce((a, b) => a * b);
    for (let k = 0; k < page.images; k++) {
      const pixel = (_, j) => numbers.getFloat32(4 * (k * size + j), true);
      images.push(Float32Array.from({ length: size }, pixel));
    }
  }
  // The first run takes longer than the others.
  await compute(new Float32Array(page.shape.reduce((a, b) => a * b)));
  document.getElementById("waiting").hidden = true;
  state.paper = page.paper;
  state.test_images = images.length > 0;
  await (page.paper ? show(null, BLANK) : showImage(0));
  looking.render({ model, el: document.getElementById("here") });
  // Light or dark may change while the page is open.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => tell("change:shown"));
}

export const ready = start().catch(fail);
