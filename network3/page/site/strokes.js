// Draw the strokes of a pen as grey levels, and prepare them as an image of MNIST.
//
// The same as network3/data/strokes.py, digit.py and ink.py, in the same order and precision, with
// Math.fround where they have float32. If a digit is symmetric, the last bits decide its place.

const SIDE = 280; // pixels of the paper, ten for a pixel of MNIST
const RADIUS = 11; // of the pen
const MOST = 20000; // points
const FIELD = 28; // pixels: the side of the image,
const BOX = 20; // that of the digit,
const MIDDLE = 14; // and the place of its centre of mass
const FAINTEST = 0.08; // the least contrast of ink
const UNEVEN = [0.1, 0.3]; // bounds of the threshold for ink
const SPECK = 0.02; // separate parts with a smaller share of the ink are dirt
const f = Math.fround;

// Return a Float32Array of 28 x 28 numbers in [0, 1), or null if there is nothing on the paper.
export function readStrokes(strokes) {
  if (strokes.reduce((n, stroke) => n + stroke.length, 0) > MOST)
    throw new Error("The drawing has more than 20,000 points: draw less.");
  const grey = draw(strokes);
  return grey.some((level) => level) ? centred(scaledToBox(cropped(findInk(grey)))) : null;
}

// The level of a pixel falls from 1 to 0 within one pixel around the rim of the pen.
function draw(strokes) {
  const paper = new Float32Array(SIDE * SIDE);
  for (const points of strokes)
    for (let k = 0; k < Math.max(1, points.length - 1); k++)
      drawLine(paper, points[k], points[Math.min(k + 1, points.length - 1)]);
  return paper;
}

function drawLine(paper, start, end) {
  const pixel = (x) => Math.floor(Math.min(Math.max(x, 0), SIDE));
  const [left, top] = [0, 1].map((k) => pixel(Math.min(start[k], end[k]) - RADIUS - 1));
  const [right, bottom] = [0, 1].map((k) => pixel(Math.max(start[k], end[k]) + RADIUS + 2));
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  const length = dx * dx + dy * dy;
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const [x, y] = [column + 0.5 - start[0], row + 0.5 - start[1]];
      const along = length > 0 ? Math.min(Math.max((x * dx + y * dy) / length, 0), 1) : 0;
      const [across, down] = [x - along * dx, y - along * dy];
      const level = RADIUS + 0.5 - Math.sqrt(across * across + down * down);
      const at = row * SIDE + column;
      paper[at] = Math.max(paper[at], Math.min(Math.max(level, 0), 1));
    }
  }
}

// The amount of ink in each pixel: light ink on paper with the level of its border.
function findInk(grey) {
  const border = [];
  for (let k = 0; k < SIDE; k++)
    border.push(grey[k], grey[(SIDE - 1) * SIDE + k], grey[k * SIDE], grey[k * SIDE + SIDE - 1]);
  border.sort((a, b) => a - b);
  const half = border.length / 2;
  const paper = f(f(border[half - 1] + border[half]) / 2);
  const contrast = f(grey.reduce((a, b) => Math.max(a, b)) - paper);
  if (contrast < FAINTEST)
    throw new Error("The drawing shows no ink: a digit must stand out from the paper around it.");
  const unevenness = quantile(border.map((x) => Math.abs(x - paper)), 0.9) / contrast;
  const least = f(Math.min(Math.max(2 * unevenness, UNEVEN[0]), UNEVEN[1]));
  const ink = grey.map((level) => f(level - paper) / contrast);
  return withoutSpecks(ink.map((amount) => (amount < least ? 0 : amount)));
}

function quantile(numbers, share) {
  numbers.sort((a, b) => a - b);
  const at = share * (numbers.length - 1);
  const [low, high] = [numbers[Math.floor(at)], numbers[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

// Remove parts that touch no others, not even at a corner, and have little of the ink.
function withoutSpecks(ink) {
  const parts = new Int32Array(ink.length);
  const masses = [0];
  for (let first = 0; first < ink.length; first++) {
    if (!ink[first] || parts[first]) continue;
    const part = masses.length;
    const waiting = [first];
    parts[first] = part;
    masses.push(0);
    while (waiting.length) {
      const at = waiting.pop();
      masses[part] += ink[at];
      const [y, x] = [Math.floor(at / SIDE), at % SIDE];
      for (let v = Math.max(y - 1, 0); v <= Math.min(y + 1, SIDE - 1); v++) {
        for (let u = Math.max(x - 1, 0); u <= Math.min(x + 1, SIDE - 1); u++) {
          const near = v * SIDE + u;
          if (!ink[near] || parts[near]) continue;
          parts[near] = part;
          waiting.push(near);
        }
      }
    }
  }
  const least = SPECK * masses.reduce((a, b) => a + b);
  return ink.map((amount, at) => (masses[parts[at]] >= least ? amount : 0));
}

// The smallest box with all ink: its numbers, row by row, with its height and width.
function cropped(ink) {
  const rows = [];
  const columns = [];
  ink.forEach((amount, at) => {
    if (!amount) return;
    rows.push(Math.floor(at / SIDE));
    columns.push(at % SIDE);
  });
  if (!rows.length)
    throw new Error("The drawing shows nothing but specks: a digit must be larger.");
  const least = (numbers) => numbers.reduce((a, b) => Math.min(a, b));
  const largest = (numbers) => numbers.reduce((a, b) => Math.max(a, b));
  const [top, left] = [least(rows), least(columns)];
  const [height, width] = [largest(rows) + 1 - top, largest(columns) + 1 - left];
  const numbers = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * SIDE + left;
    numbers.set(ink.subarray(start, start + width), y * width);
  }
  return { numbers, height, width };
}

// Scale to a longer side of 20 pixels and a largest number of 255/256.
function scaledToBox(ink) {
  const longest = Math.max(ink.height, ink.width);
  const [height, width] = [ink.height, ink.width].map((length) =>
    Math.max(1, roundHalfEven((BOX * length) / longest)),
  );
  const across = { ...ink, numbers: resized(ink.numbers, ink.height, ink.width, width), width };
  const turned = transposed(across.numbers, across.height, width);
  const numbers = transposed(resized(turned, width, ink.height, height), width, height);
  const largest = numbers.reduce((a, b) => Math.max(a, b));
  return { numbers: numbers.map((x) => f(x / largest) * (255 / 256)), height, width };
}

// Scale each row to another length: a mean weighted by a Hamming window, as Pillow's HAMMING.
function resized(numbers, rows, from, to) {
  if (from === to) return numbers;
  const made = new Float32Array(rows * to);
  const scale = from / to;
  const reach = Math.max(scale, 1);
  for (let k = 0; k < to; k++) {
    const centre = (k + 0.5) * scale;
    const start = Math.max(Math.trunc(centre - reach + 0.5), 0);
    const end = Math.min(Math.trunc(centre + reach + 0.5), from);
    const weights = [];
    for (let x = start; x < end; x++) weights.push(hamming((x - centre + 0.5) * (1 / reach)));
    const total = weights.reduce((a, b) => a + b);
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      weights.forEach((w, j) => (sum += numbers[row * from + start + j] * (w / total)));
      made[row * to + k] = sum;
    }
  }
  return made;
}

function hamming(x) {
  x = Math.abs(x);
  if (x === 0) return 1;
  if (x >= 1) return 0;
  x *= Math.PI;
  return (Math.sin(x) / x) * (f(0.54) + f(0.46) * Math.cos(x));
}

function transposed(numbers, height, width) {
  return numbers.map((_, at) => numbers[(at % height) * width + Math.floor(at / height)]);
}

// Place the box in the image, with its centre of mass as near to the middle as it fits.
function centred({ numbers, height, width }) {
  const rows = [];
  for (let y = 0; y < height; y++)
    rows.push(sum(numbers.subarray(y * width, (y + 1) * width), f));
  const columns = new Float32Array(width);
  numbers.forEach((x, at) => (columns[at % width] += x));
  const [top, left] = [rows, [...columns]].map((masses) => {
    const centre = sum(masses.map((mass, k) => mass * k)) / sum(masses);
    const start = Math.max(roundHalfEven(MIDDLE - centre), 0);
    return Math.min(start, FIELD - masses.length);
  });
  const image = new Float32Array(FIELD * FIELD);
  for (let y = 0; y < height; y++)
    image.set(numbers.subarray(y * width, (y + 1) * width), (top + y) * FIELD + left);
  return image;
}

// The sum in the order of NumPy: eight sums of every eighth number, then the rest.
function sum(numbers, rounded = (x) => x) {
  const whole = numbers.length - (numbers.length % 8);
  let total = 0;
  if (whole) {
    const r = Array.from(numbers.slice(0, 8));
    for (let k = 8; k < whole; k++) r[k % 8] = rounded(r[k % 8] + numbers[k]);
    const pairs = [0, 2, 4, 6].map((k) => rounded(r[k] + r[k + 1]));
    total = rounded(rounded(pairs[0] + pairs[1]) + rounded(pairs[2] + pairs[3]));
  }
  for (let k = whole; k < numbers.length; k++) total = rounded(total + numbers[k]);
  return total;
}

function roundHalfEven(x) {
  const down = Math.floor(x);
  if (x - down === 0.5) return down + (down % 2);
  return Math.round(x);
}
