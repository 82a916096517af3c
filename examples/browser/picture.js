// A recording's spectrogram, probabilities and words on one axis of time.

const N_FFT = 512;
const RANGE = 8; // from white to black, in powers of e: 70 dB
// Okabe and Ito's colours, which also the colour-blind tell apart, but for yellow.
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00",
                 "#000000"];
const DASHES = [[], [12, 6], [3, 5]]; // one for each round of the colours

const LEFT = 120, RIGHT = 180, TOP = 70, MIDDLE = 480, LOWER = 520, BOTTOM = 840;

// samples are those from the time `from` on; the picture goes on to the time `to`.
export function draw(canvas, { samples, sr, from, to, windows, detections, words }) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.font = "26px system-ui, sans-serif";
  const right = canvas.width - RIGHT;
  const x = (time) => LEFT + ((time - from) / (to - from)) * (right - LEFT);
  const y = (score) => BOTTOM - score * (BOTTOM - LOWER);
  drawSpectrogram(context, samples, sr, to - from, right - LEFT);
  drawAxes(context, x, y, { from, to, right, nyquist: sr / 2 });
  context.save();
  context.beginPath();
  context.rect(LEFT, 0, right - LEFT, canvas.height);
  context.clip();
  words.forEach((_, i) => {
    style(context, i);
    context.beginPath();
    for (const { time, scores } of windows) {
      if (time > from - 1 && time < to + 1) context.lineTo(x(time), y(scores[i]));
    }
    context.stroke();
  });
  context.restore();
  drawWords(context, x, detections.filter((d) => d.end > from && d.start < to), words);
  drawKey(context, right, words);
}

function style(context, i) {
  context.lineWidth = 4;
  context.strokeStyle = context.fillStyle = COLOURS[i % COLOURS.length];
  context.setLineDash(DASHES[Math.floor(i / COLOURS.length) % DASHES.length]);
}

// A column for every second point: drawn small, then stretched.
function drawSpectrogram(context, samples, sr, seconds, width) {
  const [nColumns, nRows] = [width / 2, N_FFT / 2];
  const step = (seconds * sr) / nColumns;
  const levels = new Float32Array(nColumns * nRows).fill(-Infinity);
  let loudest = -Infinity;
  for (let column = 0; column < nColumns; column++) {
    const start = Math.round(column * step);
    if (start + N_FFT > samples.length) break;
    const spectrum = logSpectrum(samples.subarray(start, start + N_FFT));
    spectrum.forEach((level, bin) => {
      levels[(nRows - 1 - bin) * nColumns + column] = level;
      if (level > loudest) loudest = level;
    });
  }
  const image = new ImageData(nColumns, nRows);
  const pixels = new Uint32Array(image.data.buffer); // alpha, blue, green, red
  levels.forEach((level, i) => {
    const grey = 255 - 255 * Math.min(1, Math.max(0, (level - loudest) / RANGE + 1));
    pixels[i] = 0xff000000 + 0x010101 * Math.round(grey);
  });
  const small = new OffscreenCanvas(nColumns, nRows);
  small.getContext("2d").putImageData(image, 0, 0);
  context.drawImage(small, LEFT, TOP, width, MIDDLE - TOP);
}

function drawAxes(context, x, y, { from, to, right, nyquist }) {
  context.setLineDash([]);
  context.lineWidth = 1;
  context.strokeStyle = "#888";
  context.fillStyle = "#1a1a1a";
  context.strokeRect(LEFT, TOP, right - LEFT, MIDDLE - TOP);
  context.strokeRect(LEFT, LOWER, right - LEFT, BOTTOM - LOWER);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (let kHz = 0; kHz * 1000 <= nyquist; kHz += 2) {
    context.fillText(kHz, LEFT - 12, MIDDLE - (kHz * 1000 / nyquist) * (MIDDLE - TOP));
  }
  for (const score of [0, 0.5, 1]) context.fillText(score, LEFT - 12, y(score));
  upright(context, "kHz", (TOP + MIDDLE) / 2);
  upright(context, "Probability", (LOWER + BOTTOM) / 2);
  context.textAlign = "center";
  context.textBaseline = "top";
  const step = [0.5, 1, 2, 5, 10, 30, 60, 300, 600, 1800, 3600]
    .find((step) => (to - from) / step <= 12) ?? 7200;
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    context.fillText(time, x(time), BOTTOM + 10);
  }
  context.fillText("s", right + 40, BOTTOM + 10);
}

function upright(context, text, y) {
  context.save();
  context.translate(24, y);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, 0, 0);
  context.restore();
}

// Names in two rows over the spectrogram; left out where there is no room.
function drawWords(context, x, detections, words) {
  const ends = [-Infinity, -Infinity];
  context.textAlign = "center";
  context.textBaseline = "bottom";
  for (const { word, start, end } of detections) {
    style(context, words.indexOf(word));
    const middle = x((start + end) / 2);
    const half = context.measureText(word).width / 2 + 8;
    const row = ends.findIndex((taken) => middle - half > taken);
    if (row < 0 || middle < LEFT) continue;
    ends[row] = middle + half;
    context.fillText(word, middle, TOP - 6 - 30 * row);
    context.beginPath();
    context.moveTo(middle, TOP);
    context.lineTo(middle, TOP + 14);
    context.stroke();
  }
}

function drawKey(context, right, words) {
  const step = Math.min(38, (BOTTOM - LOWER) / words.length);
  context.textAlign = "left";
  context.textBaseline = "middle";
  words.forEach((word, i) => {
    const y = LOWER + step * (i + 0.5);
    style(context, i);
    context.beginPath();
    context.moveTo(right + 15, y);
    context.lineTo(right + 60, y);
    context.stroke();
    context.fillStyle = "#1a1a1a";
    context.fillText(word, right + 70, y, RIGHT - 75);
  });
}

// Natural logarithms of the magnitudes of a frame's bins.
function logSpectrum(frame) {
  const re = Float64Array.from(frame, (value, i) => value * HANN[i]);
  const im = new Float64Array(N_FFT);
  fourier(re, im);
  return Float32Array.from({ length: N_FFT / 2 }, (_, i) =>
    Math.log(re[i] ** 2 + im[i] ** 2 + 1e-12) / 2);
}

const TURN = (2 * Math.PI) / N_FFT;
const COS = Float64Array.from({ length: N_FFT }, (_, i) => Math.cos(TURN * i));
const SIN = Float64Array.from({ length: N_FFT }, (_, i) => Math.sin(TURN * i));
const HANN = COS.map((value) => 0.5 - 0.5 * value);

// Fast Fourier transform of N_FFT values in place (Cooley and Tukey, radix 2).
function fourier(re, im) {
  for (let i = 1, j = 0; i < N_FFT; i++) {
    let bit = N_FFT >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= N_FFT; size *= 2) {
    for (let k = 0; k < size / 2; k++) {
      const [c, s] = [COS[(k * N_FFT) / size], -SIN[(k * N_FFT) / size]];
      for (let i = k; i < N_FFT; i += size) {
        const j = i + size / 2;
        const [x, y] = [re[j] * c - im[j] * s, re[j] * s + im[j] * c];
        re[j] = re[i] - x;
        im[j] = im[i] - y;
        re[i] += x;
        im[i] += y;
      }
    }
  }
}
