// The page: files and the microphone in, the picture and the table out.

import { draw } from "./picture.js";
import { loadModel, Stream } from "./spotter.js";

const PART = 5; // seconds of a recording between two pictures
const SHOWN = 10; // seconds of the microphone in the picture
const PAUSE = 200; // milliseconds between two pictures of it

const element = (id) => document.getElementById(id);
let model = null;
let stopListening = null; // while the microphone is heard
let nChosen = 0; // sounds that the user has chosen, of which the last one is heard

// For the console, and whoever wants the numbers.
globalThis.skkws = { stream: null, state: "loading" };

function say(text, state) {
  element("message").textContent = text;
  element("message").className = state === "wrong" ? "wrong" : "";
  globalThis.skkws.state = state;
}

// Do something for the user, who is told what went wrong.
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    say(error.message, "wrong");
  }
}

async function useModel(bytes) {
  const loaded = await loadModel(new Uint8Array(bytes));
  nChosen++; // what is being heard was begun with another model
  await attempt(async () => stopListening?.());
  nChosen++;
  model = loaded;
  element("recording").disabled = element("microphone").disabled = false;
  say(`Ready to spot: ${model.words.join(", ")}.`, "ready");
}

function begin(own, nKept) {
  const stream = new Stream(own, nKept);
  globalThis.skkws.stream = stream;
  clear();
  return stream;
}

// Take away what was heard before.
function clear() {
  element("heard").replaceChildren();
  const picture = element("picture");
  picture.getContext("2d").clearRect(0, 0, picture.width, picture.height);
}

function show(stream, samples, from, to) {
  const { sr, words } = stream.model;
  const { windows, detections } = stream;
  draw(element("picture"), { samples, sr, from, to, windows, detections, words });
  const table = element("heard");
  for (const { word, start, end, score } of detections.slice(table.rows.length)) {
    const row = table.insertRow();
    for (const cell of [word, start.toFixed(2), end.toFixed(2), score.toFixed(3)]) {
      row.insertCell().textContent = cell;
    }
  }
}

async function hearRecording(file) {
  const chosen = ++nChosen;
  await stopListening?.();
  const own = model;
  clear();
  const decoder = new OfflineAudioContext(1, 1, own.sr); // brings it to our rate
  const content = await file.arrayBuffer();
  let sound;
  try {
    sound = await decoder.decodeAudioData(content);
  } catch {
    throw new Error(`${file.name} is no recording that this browser can read.`);
  }
  if (chosen !== nChosen) return;
  const samples = mean(sound);
  const stream = begin(own);
  const part = PART * own.sr;
  for (let start = 0; start < samples.length; start += part) {
    await stream.push(samples.subarray(start, start + part));
    await others(); // the model runs on the page's thread
    if (chosen !== nChosen) return;
    say(`Listening to ${file.name}: ${Math.round(start / own.sr)} s`, "busy");
    show(stream, samples, 0, sound.duration);
  }
  await stream.close();
  if (chosen !== nChosen) return;
  show(stream, samples, 0, sound.duration);
  const n = stream.detections.length;
  say(`${n} ${n === 1 ? "word" : "words"} in ${file.name}.`, "done");
}

// Lets all else be done that waits; a timer would take long where the page is hidden.
function others() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = () => { port1.close(); done(); };
    port2.postMessage(null);
  });
}

function mean(sound) {
  const samples = new Float32Array(sound.length);
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    sound.getChannelData(channel).forEach((value, i) => {
      samples[i] += value / sound.numberOfChannels;
    });
  }
  return samples;
}

// Passes on what it hears, on the thread of the sound.
const WORKLET = `registerProcessor("ear", class extends AudioWorkletProcessor {
  process([[samples]]) {
    if (samples) this.port.postMessage(samples.slice());
    return true;
  }
});`;

// Once at a time: the button waits until the microphone is heard, or cannot be.
async function startListening() {
  const chosen = ++nChosen;
  element("microphone").disabled = true;
  let sound = null;
  try {
    if (!navigator.mediaDevices) {
      throw new Error("The microphone needs https, or this page from 127.0.0.1.");
    }
    sound = await navigator.mediaDevices.getUserMedia({ audio: {
      channelCount: 1, echoCancellation: false, noiseSuppression: false,
      autoGainControl: false } });
    if (chosen !== nChosen) release(sound);
    else await hearMicrophone(sound, chosen);
  } catch (error) {
    release(sound);
    throw error;
  } finally {
    element("microphone").disabled = false;
  }
}

function release(sound) {
  sound?.getTracks().forEach((track) => track.stop());
}

async function hearMicrophone(sound, chosen) {
  const own = model;
  const { sr, hop_samples: hop } = own;
  const context = new AudioContext({ sampleRate: sr });
  let ear;
  try {
    ear = await connected(context, sound);
  } catch (error) {
    await context.close();
    if (error.name !== "NotSupportedError") throw error;
    throw new Error(`This browser cannot bring the microphone to ${sr} Hz.`);
  }
  if (chosen !== nChosen) { // while the browser made ready
    release(sound);
    await context.close();
    return;
  }
  const stream = begin(own, Math.ceil(((SHOWN + 1) * sr) / hop));
  const recent = new Float32Array(SHOWN * sr); // the last seconds
  let waiting = [], nWaiting = 0, nHeard = 0, drawn = 0;
  const showRecent = () => {
    if (globalThis.skkws.stream !== stream) return; // another one is shown
    show(stream, recent, nHeard / sr - SHOWN, nHeard / sr);
    drawn = performance.now();
  };
  const pushWaiting = () => {
    const chunk = new Float32Array(nWaiting);
    let at = 0;
    for (const part of waiting) { chunk.set(part, at); at += part.length; }
    [waiting, nWaiting, nHeard] = [[], 0, nHeard + chunk.length];
    const shown = chunk.subarray(-recent.length);
    recent.copyWithin(0, shown.length);
    recent.set(shown, recent.length - shown.length);
    return stream.push(chunk);
  };
  ear.port.onmessage = ({ data }) => {
    waiting.push(data);
    nWaiting += data.length;
    if (nWaiting < hop) return;
    attempt(async () => {
      await pushWaiting();
      if (performance.now() - drawn > PAUSE) showRecent();
    });
  };
  sound.getAudioTracks()[0].onended = () => attempt(async () => stopListening?.());
  element("microphone").textContent = "Stop";
  say("Listening to the microphone.", "listening");
  stopListening = async () => {
    stopListening = null;
    element("microphone").textContent = "Listen to the microphone";
    release(sound);
    await context.close();
    ear.port.onmessage = null;
    try {
      if (nWaiting) await pushWaiting();
    } finally {
      await stream.close();
      showRecent();
    }
    if (globalThis.skkws.stream !== stream) return;
    say(`${stream.detections.length} words at the microphone.`, "done");
  };
}

// The node that passes on what the microphone hears, in one channel.
async function connected(context, sound) {
  const address = URL.createObjectURL(new Blob([WORKLET], { type: "text/javascript" }));
  await context.audioWorklet.addModule(address);
  URL.revokeObjectURL(address);
  const one = { channelCount: 1, channelCountMode: "explicit" };
  const ear = new AudioWorkletNode(context, "ear", one);
  context.createMediaStreamSource(sound).connect(ear);
  return ear;
}

// Does something with the file that is chosen; with none, if the dialog is cancelled.
function onFile(id, work) {
  const chooser = element(id);
  chooser.addEventListener("click", () => { chooser.value = ""; }); // the same one again
  chooser.addEventListener("change", () => {
    if (chooser.files.length) attempt(() => work(chooser.files[0]));
  });
}

onFile("model", async (file) => useModel(await file.arrayBuffer()));
onFile("recording", hearRecording);
element("microphone").addEventListener("click", () =>
  attempt(() => (stopListening ? stopListening() : startListening())));

attempt(async () => {
  const answer = await fetch("words.onnx");
  if (answer.ok) await useModel(await answer.arrayBuffer());
  else say("Choose a model: there is no words.onnx beside this page.", "empty");
});
