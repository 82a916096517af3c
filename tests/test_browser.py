"""The page that spots words in a browser, driven in Chromium."""

import functools
import http.server
import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skkws import KerasGRUClassifier, KeywordSpotter, LogSpectrogram, Normalize
from skkws.datasets import fetch_mini_speech_commands, make_spoken_words
from skkws.export import to_onnx
from skkws.spotting import make_recording

PAGE = Path(__file__).parents[1] / "examples" / "browser"
RUNTIME = PAGE / "node_modules" / "onnxruntime-web"
CHROMIUM, DRIVER = map(shutil.which, ("chromium", "chromedriver"))

webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")
pytest.importorskip("skl2onnx", reason="needs skl2onnx")
pytest.importorskip("espeakng_loader", reason="needs espeakng-loader")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver"
    ),
    pytest.mark.skipif(
        not RUNTIME.exists(), reason="needs `npm install` in examples/browser"
    ),
]

WORDS = ["yes", "no", "left"]
SECONDS = 12


@pytest.fixture(scope="module")
def spotter():
    """A spotter of two words, with thresholds of its own."""
    clips = make_spoken_words(WORDS, 20, random_state=0)
    y = np.where(clips.target == "left", "_unknown_", clips.target)
    words = make_pipeline(
        LogSpectrogram(),
        Normalize("clip"),
        KerasGRUClassifier(16, epochs=10, random_state=0),
    )
    spotter = KeywordSpotter(words, threshold={"yes": 0.4, "no": 0.6}, hop=0.08)
    return spotter.fit(clips.data, y)


@pytest.fixture(scope="module", params=["synthetic", "real"])
def recording(request, tmp_path_factory):
    """The path of a WAV file with words, at the rate of the spotter."""
    if request.param == "real":
        clips = real_words()
    else:
        clips = make_spoken_words(WORDS, 3, random_state=1)
    made = make_recording(clips.data, clips.target, duration=SECONDS, random_state=0)
    path = tmp_path_factory.mktemp("recordings") / "words.wav"
    soundfile.write(path, made.data, 16000)
    return path


def real_words():
    """Return a few clips of the real words."""
    try:
        clips = fetch_mini_speech_commands(download_if_missing=False)
    except OSError:
        pytest.skip("needs mini_speech_commands")
    rows = [np.flatnonzero(clips.target == word)[:3] for word in WORDS]
    clips.data, clips.target = (
        a[np.concatenate(rows)] for a in (clips.data, clips.target)
    )
    return clips


@pytest.fixture(scope="module")
def site(spotter, tmp_path_factory):
    """Address of the page, with the spotter beside it."""
    folder = tmp_path_factory.mktemp("site")
    for file in [*PAGE.glob("*.html"), *PAGE.glob("*.js")]:
        shutil.copy(file, folder)
    (folder / "node_modules").symlink_to(PAGE / "node_modules")
    to_onnx(spotter, folder / "words.onnx")
    handler = functools.partial(QuietHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *_):
        pass


@pytest.fixture
def browser(tmp_path, recording):
    """Chromium, whose microphone hears the recording."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "headless=new",
        "no-sandbox",  # which root cannot have
        "disable-gpu",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        f"user-data-dir={tmp_path / 'profile'}",
        "use-fake-ui-for-media-stream",
        "use-fake-device-for-media-stream",
        f"use-file-for-fake-audio-capture={recording}%noloop",
    ):
        options.add_argument(f"--{argument}")
    service = webdriver.ChromeService(executable_path=DRIVER)
    with webdriver.Chrome(options=options, service=service) as driver:
        driver.set_window_size(1100, 1000)
        yield driver


def wait_for(browser, state, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now = browser.execute_script("return globalThis.skkws?.state")
        message = browser.find_element("id", "message").text
        assert now != "wrong", message
        if now == state:
            return message
        time.sleep(0.1)
    raise AssertionError(f"The page is {now!r}, not {state!r}: {message}")


def heard_in(browser):
    return browser.execute_script("return globalThis.skkws.stream.detections")


def table_of(browser):
    rows = browser.find_elements("css selector", "#heard tr")
    return [[cell.text for cell in row.find_elements("tag name", "td")] for row in rows]


def test_a_recording_as_in_python(browser, site, spotter, recording):
    browser.get(site)
    assert wait_for(browser, "ready") == "Ready to spot: no, yes."
    browser.find_element("id", "recording").send_keys(str(recording))
    message = wait_for(browser, "done")

    windows = browser.execute_script("return globalThis.skkws.stream.windows")
    times, scores = spotter.scores(recording)
    assert_allclose([window["time"] for window in windows], times)
    assert_allclose([window["scores"] for window in windows], scores, atol=1e-4)

    expected = spotter.detect(recording)
    assert expected
    heard = heard_in(browser)
    assert [one["word"] for one in heard] == [one.word for one in expected]
    for key in ("start", "end", "score"):
        own = [one[key] for one in heard]
        assert_allclose(own, [getattr(one, key) for one in expected], atol=1e-4)
    assert message == f"{len(expected)} words in words.wav."
    rows = [
        [d.word, f"{d.start:.2f}", f"{d.end:.2f}", f"{d.score:.3f}"] for d in expected
    ]
    assert [row[:3] for row in table_of(browser)] == [row[:3] for row in rows]
    assert ink_of(browser) > 10_000


def ink_of(browser):
    """Return how many points of the picture are not white."""
    return browser.execute_script("""
        const canvas = document.getElementById("picture");
        const all = canvas.getContext("2d").getImageData(
            0, 0, canvas.width, canvas.height).data;
        let n = 0;
        for (let i = 0; i < all.length; i += 4) n += all[i + 3] && all[i] < 200;
        return n;""")


@pytest.mark.parametrize("recording", ["synthetic"], indirect=True)
def test_windows_that_lie_apart(browser, site, spotter, recording):
    browser.get(site)
    wait_for(browser, "ready")
    samples, _ = soundfile.read(recording, dtype="float32")
    hop = round(1.3 * 16000)
    windows = browser.execute_async_script(
        """
        const [samples, hop, done] = arguments;
        (async () => {
          const { loadModel, Stream } = await import("./spotter.js");
          const file = await fetch("words.onnx");
          const model = await loadModel(new Uint8Array(await file.arrayBuffer()));
          const apart = { hop_samples: hop, n_averaged: 1 };
          const stream = new Stream({ ...model, ...apart });
          for (let i = 0; i < samples.length; i += 5000)
            await stream.push(Float32Array.from(samples.slice(i, i + 5000)));
          await stream.close();
          done(stream.windows);
        })();""",
        samples.tolist(),
        hop,
    )
    apart = clone(spotter).set_params(hop=1.3)
    apart.estimator_ = spotter.estimator_
    expected, scores = apart.scores(recording)
    assert_allclose([window["time"] for window in windows], expected)
    assert_allclose([window["scores"] for window in windows], scores, atol=1e-4)


@pytest.mark.parametrize("recording", ["synthetic"], indirect=True)
def test_the_microphone_as_in_python(browser, site, spotter, recording):
    browser.get(site)
    wait_for(browser, "ready")
    button = browser.find_element("id", "microphone")
    button.click()
    wait_for(browser, "listening")
    time.sleep(SECONDS + 1)
    button.click()
    wait_for(browser, "done")
    # Chromium's microphone begins anywhere and brings the file to another rate.
    heard = [(one["word"], one["start"]) for one in heard_in(browser)]
    clear = [
        one
        for one in spotter.detect(recording)
        if one.score > spotter.threshold[one.word] + 0.1
    ]
    assert clear
    for word, start, *_ in clear:
        assert any(w == word and abs(s - start) < 0.5 for w, s in heard), heard


FAILING_ONCE = """
const done = arguments[0];
let n = 0;
const session = { inputNames: ["X"], run: async () => {
  if (n++ === 0) throw new Error("Once.");
  return { probabilities: { data: new Float32Array([0.9]) } };
} };
const model = { session, classes: ["yes"], words: ["yes"], sr: 10, nSamples: 10,
  hop_samples: 10, n_averaged: 1, patience: 0, refractory: 0, thresholds: [0.5] };
import("./spotter.js").then(async ({ Stream }) => {
  const stream = new Stream(model);
  const refused = await stream.push(new Float32Array(10)).catch((e) => e.message);
  await stream.push(new Float32Array(10));
  await stream.close();
  done([refused, stream.detections.map(({ word, start }) => [word, start])]);
});
"""


@pytest.mark.parametrize("recording", ["synthetic"], indirect=True)
def test_a_stream_survives_a_window_that_fails(browser, site):
    browser.get(site)
    wait_for(browser, "ready")
    assert browser.execute_async_script(FAILING_ONCE) == ["Once.", [["yes", 1]]]


@pytest.mark.parametrize("recording", ["synthetic"], indirect=True)
def test_only_the_last_recording_is_heard(browser, site, spotter, recording, tmp_path):
    long = tmp_path / "long.wav"
    samples, sr = soundfile.read(recording, dtype="int16")
    soundfile.write(long, np.tile(samples, 40), sr)
    browser.get(site)
    wait_for(browser, "ready")
    chooser = browser.find_element("id", "recording")
    chooser.send_keys(str(long))
    wait_for(browser, "busy")
    chooser.send_keys(str(recording))
    assert "in words.wav" in wait_for(browser, "done")
    time.sleep(2)
    assert "in words.wav" in wait_for(browser, "done")
    assert [row[0] for row in table_of(browser)] == [
        one.word for one in spotter.detect(recording)
    ]


FORGETFUL = """
const done = arguments[0];
let state = 1;
const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
const session = { inputNames: ["X"], run: async ({ X }) => (
  { probabilities: { data: Float32Array.from({ length: X.dims[0] }, random) } }) };
const model = { session, classes: ["yes"], words: ["yes"], sr: 10, nSamples: 10,
  hop_samples: 1, n_averaged: 3, patience: 2, refractory: 0.7, thresholds: [0.5] };
import("./spotter.js").then(async ({ Stream }) => {
  const heard = [];
  for (const nKept of [Infinity, 5]) {
    state = 1;
    const stream = new Stream(model, nKept);
    for (let i = 0; i < 100; i++) await stream.push(new Float32Array(10));
    heard.push([stream.windows.length, stream.windows.at(-1)]);
    await stream.close();
    heard.push(stream.detections);
  }
  done(heard);
});
"""


@pytest.mark.parametrize("recording", ["synthetic"], indirect=True)
def test_windows_that_are_forgotten_change_nothing(browser, site):
    browser.get(site)
    wait_for(browser, "ready")
    all_of_it, expected, recent, heard = browser.execute_async_script(FORGETFUL)
    assert (all_of_it[0], recent[0]) == (991, 5)
    assert recent[1] == all_of_it[1]
    assert heard == expected
    assert len(heard) > 20


@pytest.mark.parametrize("recording", ["synthetic"], indirect=True)
def test_another_model_ends_what_is_heard(browser, site, spotter, tmp_path):
    renamed = clone(spotter).set_params(threshold=0.5)
    renamed.estimator_ = spotter.estimator_
    to_onnx(renamed, tmp_path / "other.onnx")
    browser.get(site)
    wait_for(browser, "ready")
    button = browser.find_element("id", "microphone")
    button.click()
    wait_for(browser, "listening")
    browser.find_element("id", "model").send_keys(str(tmp_path / "other.onnx"))
    assert wait_for(browser, "ready") == "Ready to spot: no, yes."
    assert button.text == "Listen to the microphone"
    button.click()
    wait_for(browser, "listening")


@pytest.mark.parametrize("recording", ["synthetic"], indirect=True)
def test_what_is_no_recording_is_refused(browser, site, tmp_path):
    browser.get(site)
    wait_for(browser, "ready")
    (tmp_path / "notes.txt").write_text("no sound")
    browser.find_element("id", "recording").send_keys(str(tmp_path / "notes.txt"))
    with pytest.raises(AssertionError, match="notes.txt is no recording"):
        wait_for(browser, "done")
