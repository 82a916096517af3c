// What skkws.spotting.KeywordSpotter does, around a model that to_onnx wrote.

import * as ort from "onnxruntime-web";

ort.env.wasm.numThreads = 1; // more need headers that a plain file server lacks

const BATCH = 16; // windows classified at a time
const REJECTED = ["_unknown_", "_silence_"];

// A model of clips, with its words and what KeywordSpotter was set to.
export async function loadModel(bytes) {
  const session = await ort.InferenceSession.create(bytes);
  const facts = metadata(bytes);
  const shape = session.inputMetadata[0].shape;
  if (!facts.words || !facts.sr) {
    throw new Error("The model must tell its words and its sampling rate: write it " +
                    "with skkws.export.to_onnx, from a pipeline that takes waveforms.");
  }
  if (shape.length !== 2 || session.inputMetadata[0].type !== "float32") {
    throw new Error("The model must take waveforms, float32 of shape (n, n_samples).");
  }
  const classes = JSON.parse(facts.words);
  const sr = Number(facts.sr);
  const words = classes.filter((word) => !REJECTED.includes(word));
  // KeywordSpotter's defaults, where the model is a Pipeline alone.
  const settings = facts.spotter ? JSON.parse(facts.spotter) : {
    words,
    hop_samples: roundHalfEven(0.1 * sr),
    n_averaged: 3,
    patience: 2,
    refractory: Math.max(0.7, shape[1] / sr - 0.3), // a word stays in a long window
    thresholds: words.map(() => 0.5),
  };
  return { session, classes, sr, nSamples: shape[1], ...settings };
}

// As Python rounds: halves to the even number.
function roundHalfEven(number) {
  const rounded = Math.round(number);
  return rounded - number === 0.5 && rounded % 2 ? rounded - 1 : rounded;
}

// The words in a stream of samples at the model's rate.
export class Stream {
  // Of the windows, the last nKept are kept, and those that peaks to come need.
  constructor(model, nKept = Infinity) {
    this.model = model;
    this.nKept = nKept;
    this.windows = []; // {time, scores}: scores in the order of model.words
    this.nForgotten = 0; // windows before the first of these
    this.detections = []; // {word, start, end, score}
    this.columns = model.words.map((word) => model.classes.indexOf(word));
    this.samples = new Float32Array(0); // from the start of the next window on
    this.nOwed = 0; // samples to come that no window needs, where they lie apart
    this.nPushed = 0;
    this.last = []; // probabilities of the windows that are averaged
    this.nPeaksSought = 0; // windows of which it is known whether they are peaks
    this.lastStart = -Infinity;
    this.working = Promise.resolve();
  }

  // Hear more; a Promise that is kept when its windows are classified.
  push(samples) {
    return this.after(() => this.hear(samples));
  }

  // Hear what still waited for samples.
  close() {
    const { nSamples, hop_samples: hop } = this.model;
    return this.after(async () => {
      if (!this.nPushed) return;
      const over = this.nPushed - nSamples;
      const missing = over < 0 ? -over : (hop - (over % hop)) % hop;
      try {
        await this.hear(new Float32Array(missing));
      } finally {
        this.seekPeaks(this.nWindows);
      }
    });
  }

  // Work when what came before is done, also where that has failed.
  after(work) {
    this.working = this.working.catch(() => {}).then(work);
    return this.working;
  }

  async hear(samples) {
    const { session, nSamples, hop_samples: hop, classes } = this.model;
    this.nPushed += samples.length;
    const nSkipped = Math.min(this.nOwed, samples.length);
    this.nOwed -= nSkipped;
    samples = samples.subarray(nSkipped);
    const all = new Float32Array(this.samples.length + samples.length);
    all.set(this.samples);
    all.set(samples, this.samples.length);
    const n = Math.max(0, Math.floor((all.length - nSamples) / hop) + 1);
    let failure = null;
    for (let first = 0; first < n; first += BATCH) {
      const nNow = Math.min(BATCH, n - first);
      const clips = new Float32Array(nNow * nSamples);
      for (let i = 0; i < nNow; i++) {
        const start = (first + i) * hop;
        clips.set(all.subarray(start, start + nSamples), i * nSamples);
      }
      const X = new ort.Tensor("float32", clips, [nNow, nSamples]);
      // In windows that the model fails at, nothing is said; those after keep their times.
      let proba = new Float32Array(nNow * classes.length);
      try {
        const { probabilities } = await session.run(
          { [session.inputNames[0]]: X }, ["probabilities"]);
        proba = probabilities.data;
      } catch (error) {
        failure = error;
      }
      for (let i = 0; i < nNow; i++) {
        const start = i * classes.length;
        this.average(proba.slice(start, start + classes.length));
      }
    }
    this.samples = all.slice(n * hop);
    this.nOwed += Math.max(0, n * hop - all.length);
    this.seekPeaks(this.nWindows - this.model.patience);
    this.forget();
    if (failure) throw failure;
  }

  average(probabilities) {
    const { n_averaged: nAveraged } = this.model;
    this.last.push(this.columns.map((column) => probabilities[column]));
    this.last = this.last.slice(-nAveraged);
    const scores = this.columns.map((_, i) =>
      this.last.reduce((sum, row) => sum + row[i], 0) / this.last.length);
    const time = this.startOf(this.nWindows) + this.duration / 2;
    this.windows.push({ time, scores });
  }

  // A peak: the highest of all words, higher than before and no lower than after.
  seekPeaks(end) {
    const { patience, words, thresholds, refractory } = this.model;
    for (; this.nPeaksSought < end; this.nPeaksSought++) {
      const i = this.nPeaksSought - this.nForgotten;
      const { scores } = this.windows[i];
      const score = Math.max(...scores);
      const word = scores.indexOf(score);
      const before = this.windows.slice(Math.max(0, i - patience), i);
      const after = this.windows.slice(i + 1, i + 1 + patience);
      const start = this.startOf(this.nPeaksSought);
      if (score >= thresholds[word]
          && !before.some((other) => other.scores[word] >= score)
          && !after.some((other) => other.scores[word] > score)
          && start >= this.lastStart + refractory - 1e-6) {
        this.lastStart = start;
        this.detections.push(
          { word: words[word], start, end: start + this.duration, score });
      }
    }
  }

  forget() {
    const nNeeded = this.nWindows - this.nPeaksSought + this.model.patience;
    const n = this.windows.length - Math.max(this.nKept, nNeeded);
    if (n <= 0) return;
    this.windows.splice(0, n);
    this.nForgotten += n;
  }

  get nWindows() {
    return this.nForgotten + this.windows.length;
  }

  get duration() {
    return this.model.nSamples / this.model.sr;
  }

  // When the middle one of the averaged windows begins, in seconds.
  startOf(window) {
    const nAveraged = Math.min(this.model.n_averaged, window + 1);
    return ((window - (nAveraged - 1) / 2) * this.model.hop_samples) / this.model.sr;
  }
}

// The metadata of an ONNX file, which onnxruntime-web does not give: field 14 of the
// ModelProto, entries of key (field 1) and value (field 2).
function metadata(bytes) {
  const facts = {};
  for (const [field, entry] of fieldsOf(bytes)) {
    if (field === 14) {
      const { 1: key, 2: value } = Object.fromEntries(fieldsOf(entry));
      facts[text(key)] = text(value);
    }
  }
  return facts;
}

function text(bytes) {
  return new TextDecoder().decode(bytes);
}

// Number and content of a protobuf message's fields; null for numbers.
function* fieldsOf(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, type] = [Math.floor(tag / 8), tag % 8];
    let content = null;
    if (type === 0) varint();
    else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else {
      const length = varint();
      content = bytes.subarray(at, at + length);
      at += length;
    }
    yield [field, content];
  }
}
