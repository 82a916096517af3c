"""Whole pipelines, skl2onnx's own function, and what is refused."""

import copy
import json
import subprocess
import sys

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, TunedThresholdClassifierCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    Normalizer,
    StandardScaler,
)
from sklearn.svm import LinearSVC

import skkws
from skkws import (
    PCEN,
    KerasCNNClassifier,
    KerasGRUClassifier,
    KeywordSpotter,
    LoadAudio,
    LogSpectrogram,
    Normalize,
)
from skkws.datasets import fetch_mini_speech_commands
from skkws.export import to_onnx

onnx = pytest.importorskip("onnx", reason="needs onnx")
pytest.importorskip("skl2onnx", reason="needs skl2onnx")
pytest.importorskip("onnxruntime", reason="needs onnxruntime")

SMALL = {"kernel_size": 3, "epochs": 1, "augment": None, "random_state": 0}
GRU = KerasGRUClassifier(4, filters=(3,), strides=2, **SMALL)
CNN = KerasCNNClassifier((3,), strides=2, frame_filters=(), **SMALL)


@pytest.fixture(scope="module")
def waveforms():
    """Clips of three words that differ in loudness, and their words."""
    y = np.array(["go", "no", "up"])[np.arange(24) % 3]
    loudness = 0.03 * (1 + np.arange(24) % 3)[:, np.newaxis]
    X = np.random.default_rng(0).normal(size=(24, 2000)) * loudness
    return X.astype(np.float32), y


@pytest.fixture(scope="module")
def pipeline(waveforms):
    return make_pipeline(LogSpectrogram(), Normalize(), clone(GRU)).fit(*waveforms)


def check(pipeline, X, results, atol=1e-5):
    label, probabilities = results
    assert_allclose(probabilities, pipeline.predict_proba(X), atol=atol)
    assert_array_equal(label, pipeline.predict(X))


@pytest.mark.parametrize("n_clips", [1, 2, 24])
def test_waveforms_to_words(pipeline, waveforms, n_clips, run, path):
    X = waveforms[0][:n_clips]
    model = to_onnx(pipeline, path)
    onnx.checker.check_model(model, full_check=True)
    assert path.read_bytes() == model.SerializeToString()
    check(pipeline, X, run(model, X))


def test_a_spotter_with_its_settings(pipeline, waveforms, run, path):
    spotter = KeywordSpotter(pipeline, threshold={"no": 0.7}, reject=["up"], hop=0.05)
    model = to_onnx(spotter, path)
    check(pipeline, waveforms[0], run(model, waveforms[0]))
    facts = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(facts["words"]) == ["go", "no", "up"]
    assert facts["sr"] == "16000"
    assert json.loads(facts["spotter"]) == {
        "words": ["go", "no"],
        "thresholds": [0.5, 0.7],
        "hop_samples": 800,
        "n_averaged": 6,
        "patience": 4,
        "refractory": 0.7,
    }


def test_samples_of_16_bits(pipeline, waveforms, run, path):
    X = (waveforms[0] * 32767).astype(np.int16)
    check(pipeline, X, run(to_onnx(pipeline, path, X), X))


def test_from_any_stage_on(pipeline, waveforms, run, path):
    X = waveforms[0]
    for first in (1, 2):
        X = pipeline[first - 1].transform(X)
        rest = pipeline[first:]
        # The classifier tells the shape of its spectrograms, the mean that of its own.
        check(rest, X, run(to_onnx(rest, path), X))
    check(pipeline[-1], X, run(to_onnx(pipeline[-1], path), X))


def test_names_and_metadata(pipeline, path):
    model = to_onnx(pipeline, path)
    assert [x.name for x in model.graph.input] == ["X"]
    assert [x.name for x in model.graph.output] == ["label", "probabilities"]
    assert model.producer_name == "skkws"
    facts = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(facts["words"]) == pipeline.classes_.tolist()
    assert facts["sr"] == "16000"


def test_all_steps_are_known():
    from skkws.export import _registry

    public = [getattr(skkws, name) for name in skkws.__all__]
    transformers = {kind for kind in public if hasattr(kind, "transform")}
    assert set(_registry.TRANSFORMERS) == transformers - {LoadAudio}
    classifiers = {kind for kind in public if hasattr(kind, "partial_fit")}
    assert set(_registry.CLASSIFIERS) == classifiers - transformers


def test_skl2onnx_knows_the_steps(pipeline, waveforms, run):
    import skl2onnx

    X = waveforms[0]
    label, maps = run(skl2onnx.to_onnx(pipeline, X), X)
    rows = [list(row.values()) for row in maps]
    check(pipeline, X, (label, rows))
    assert set(maps[0]) == set(pipeline.classes_)
    options = {KerasGRUClassifier: {"zipmap": False, "weights": "int8"}}
    model = skl2onnx.to_onnx(pipeline, X, options=options)
    check(pipeline, X, run(model, X), atol=0.05)
    assert any(tensor.data_type == 3 for tensor in model.graph.initializer)  # int8
    options = {KerasGRUClassifier: {"zipmap": "columns"}}
    outputs = run(skl2onnx.to_onnx(pipeline, X, options=options), X)
    check(pipeline, X, (outputs[0], np.transpose(outputs[1:])))


@pytest.mark.parametrize(
    "steps",
    [
        [Normalizer("max"), LogSpectrogram(), Normalize("clip"), GRU],
        [MaxAbsScaler(), LogSpectrogram(log=None), PCEN(), CNN],
        [StandardScaler(), KerasGRUClassifier(4, filters=(), strides=2, **SMALL)],
        [
            LogSpectrogram(),
            VotingClassifier(
                [("gru", GRU), ("cnn", CNN)], voting="soft", flatten_transform=False
            ),
        ],
        [
            LogSpectrogram(),
            StackingClassifier([("gru", GRU), ("cnn", CNN)], LogisticRegression()),
        ],
    ],
    ids=lambda steps: " > ".join(type(step).__name__ for step in steps),
)
def test_steps_of_scikit_learn(steps, waveforms, run, path):
    X, y = waveforms
    if isinstance(steps[0], StandardScaler):
        X = X[:, :60]
    pipeline = make_pipeline(*map(clone, steps)).fit(X, y)
    check(pipeline, X, run(to_onnx(pipeline, path), X))


def test_pipeline_within_a_pipeline(pipeline, waveforms, run, path):
    X = waveforms[0]
    outer = make_pipeline(LoadAudio(duration=0.125), pipeline)
    model = to_onnx(outer[1:], path)
    check(pipeline, X, run(model, X))
    assert {entry.key for entry in model.metadata_props} == {"words", "sr"}
    with pytest.raises(ValueError, match="'loadaudio' is LoadAudio, which reads files"):
        to_onnx(make_pipeline(outer), path)


def test_passthrough(pipeline, waveforms, run, path):
    steps = [("nothing", "passthrough"), *pipeline.steps]
    X = waveforms[0]
    check(pipeline, X, run(to_onnx(Pipeline(steps), path), X))
    with pytest.raises(ValueError, match="has no steps"):
        to_onnx(Pipeline(steps[:1]), path)


def test_search(waveforms, run, path):
    X, y = waveforms
    search = GridSearchCV(
        make_pipeline(LogSpectrogram(), GRU), {"kerasgruclassifier__units": [2]}, cv=2
    ).fit(X, y)
    check(search, X, run(to_onnx(search, path), X))
    search = clone(search).set_params(refit=False).fit(X, y)
    with pytest.raises(ValueError, match="has no best_estimator_, as its refit is Fal"):
        to_onnx(search, path)


# What is refused.


class Unknown(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        return X


@pytest.mark.parametrize(
    ("steps", "error", "sentence"),
    [
        (
            [LoadAudio(duration=0.125), LogSpectrogram()],
            ValueError,
            "'loadaudio' is .*",
        ),
        ([Unknown(), LogSpectrogram()], ValueError, "'unknown', Unknown, cannot be .*"),
        (
            [FeatureUnion([("a", Unknown())]), LogSpectrogram()],
            ValueError,
            "A part within the step 'featureunion', Unknown, cannot be .*",
        ),
        (
            [FunctionTransformer(np.abs), LogSpectrogram()],
            ValueError,
            "FunctionTransformer, cannot be exported to ONNX: its function is of Py",
        ),
    ],
)
def test_steps_that_cannot_be(steps, error, sentence, waveforms, path):
    pipeline = make_pipeline(*steps).fit(*waveforms)
    with pytest.raises(error, match=sentence):
        to_onnx(pipeline, path)
    assert not path.exists()


ISOTONIC = CalibratedClassifierCV(LogisticRegression(), cv=2, method="isotonic")


@pytest.mark.parametrize(
    ("classifier", "sentence"),
    [
        (TunedThresholdClassifierCV(LogisticRegression(), cv=2), "leaves its thresho"),
        (ISOTONIC, "does not interpolate"),
        (
            CalibratedClassifierCV(LogisticRegression(), cv=2, method="temperature"),
            "does not know calibration by a temperature",
        ),
        (
            VotingClassifier([("one", LogisticRegression())], voting="soft"),
            "needs flatten_transform=False",
        ),
        (
            VotingClassifier(
                [("one", LogisticRegression())],
                voting="soft",
                flatten_transform=False,
                weights=[2],
            ),
            "needs weights that are an ndarray",
        ),
        (
            VotingClassifier(
                [("no", "drop"), ("one", LogisticRegression())],
                flatten_transform=False,
                weights=np.array([1, 2]),
            ),
            "mistakes the weights where an estimator is 'drop'",
        ),
        (
            StackingClassifier(
                [("one", LogisticRegression())], cv=2, stack_method="predict"
            ),
            "does not run",
        ),
        (
            StackingClassifier(
                [("one", LogisticRegression())],
                TunedThresholdClassifierCV(LogisticRegression(), cv=2),
                cv=2,
            ),
            "leaves its thresho",
        ),
        (
            CalibratedClassifierCV(make_pipeline(PCA(2), LogisticRegression()), cv=2),
            "calibrates the probabilities of a Pipeline",
        ),
        (
            StackingClassifier([("one", ISOTONIC)], LogisticRegression(), cv=2),
            "does not interpolate",
        ),
        (
            GridSearchCV(
                TunedThresholdClassifierCV(LogisticRegression(), cv=2),
                {"cv": [2]},
                cv=2,
            ),
            "leaves its thresho",
        ),
        (
            CalibratedClassifierCV(
                make_pipeline("passthrough", KNeighborsClassifier(2)), cv=2
            ),
            "stumbles over 'passthrough'",
        ),
        (OneVsOneClassifier(LogisticRegression()), "makes of it does not run"),
    ],
)
def test_what_skl2onnx_gets_wrong(classifier, sentence, waveforms, path):
    X, y = waveforms
    if not isinstance(classifier, OneVsOneClassifier):  # to which two are one pair
        y = y == y[0]
    classifier = make_pipeline(clone(classifier)).fit(X, y)
    with pytest.raises(ValueError, match=f"cannot be exported to ONNX: .*{sentence}"):
        to_onnx(classifier, path)
    assert not path.exists()


TUNED = TunedThresholdClassifierCV(LogisticRegression(), cv=2)
FOREST = RandomForestClassifier(3, random_state=0)


@pytest.mark.parametrize(
    "classifier",
    [
        FOREST,
        AdaBoostClassifier(random_state=0),
        BaggingClassifier(TUNED, 2, random_state=0),
        VotingClassifier(
            [("tuned", TUNED), ("forest", FOREST), ("no", "drop")],
            voting="soft",
            flatten_transform=False,
        ),
        StackingClassifier([("tuned", TUNED)], LogisticRegression(), cv=2),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_asks_others_for_probabilities(classifier, waveforms, run, path):
    X, y = waveforms[0][:, :60], (waveforms[1] == waveforms[1][0]).astype(int)
    classifier = make_pipeline(StandardScaler(), clone(classifier)).fit(X, y)
    check(classifier, X, run(to_onnx(classifier, path), X))


def test_samples_of_16_bits_for_what_takes_floats_alone(waveforms, run, path):
    X, y = (waveforms[0] * 30000).astype(np.int16), waveforms[1]
    words = OneVsRestClassifier(make_pipeline(LogSpectrogram(), GRU)).fit(X, y)
    with pytest.raises(ValueError, match="^X is of the type int16, but these steps ca"):
        to_onnx(words, path, X=X[:1])
    X = X / np.float32(32768)
    check(words, X, run(to_onnx(words, path, X=X[:1]), X))


def test_ensembles_that_hand_on_what_skl2onnx_loses(waveforms, path):
    X, y = waveforms
    words = make_pipeline(LogSpectrogram(), GRU)
    parts = BaggingClassifier(words, 2, max_features=0.9, random_state=0).fit(X, y)
    with pytest.raises(ValueError, match="such as BaggingClassifier with max_features"):
        to_onnx(parts, path)
    codes = np.unique(y, return_inverse=True)[1]
    both = MultiOutputClassifier(words).fit(X, np.c_[codes, codes % 2])
    with pytest.raises(ValueError, match="^The step 'multioutputclassifier', MultiOut"):
        to_onnx(both, path)


def test_what_is_unknown_within_a_step_is_named(waveforms, path):
    X, y = waveforms
    frozen = FrozenEstimator(LogisticRegression().fit(X, y))
    words = CalibratedClassifierCV(frozen).fit(X, y)
    with pytest.raises(ValueError, match="^A part within the step 'cal.*, FrozenEstim"):
        to_onnx(words, path)


def test_a_node_that_skl2onnx_cannot_make(waveforms, path, monkeypatch):
    def convert(*args, **kwargs):
        raise ValueError("Unable to create node 'Tree' with name='Tree' and [0, 0, 0]")

    monkeypatch.setattr("skl2onnx.convert_sklearn", convert)
    with pytest.raises(ValueError, match="""ONNX: skl2onnx says "Unable.* 'Tree'".$"""):
        to_onnx(LogisticRegression().fit(*waveforms), path)


@pytest.mark.parametrize("other", [2**63, 0.5, None])
def test_labels_that_onnx_has_not(other, waveforms, path):
    words = clone(GRU).set_params(filters=()).fit(waveforms[0], waveforms[1])
    words.classes_ = np.array([1, 2, other], dtype=object)
    with pytest.raises(ValueError, match="but labels in ONNX must all be text or all"):
        to_onnx(words, path)


def test_the_rate_of_a_step_that_is_wrapped(waveforms, path):
    X, y = waveforms
    words = make_pipeline(LogSpectrogram(), clone(GRU))
    model = to_onnx(CalibratedClassifierCV(words, cv=2).fit(X, y), path)
    facts = {one.key: one.value for one in model.metadata_props}
    assert facts["sr"] == "16000"


@pytest.mark.parametrize("kind", ["float16", "uint32", "complex64", "U1", "M8[s]"])
def test_input_of_a_type_that_no_graph_takes(pipeline, path, kind):
    X = np.ones((2, 2000)).astype(kind)
    with pytest.raises(ValueError, match="^X is of the type .*, but a graph takes fl"):
        to_onnx(pipeline, path, X)
    assert not path.exists()


def test_what_is_no_path(pipeline):
    for path in (None, 5):
        with pytest.raises(TypeError, match=f"path is {path}, but must be that of a"):
            to_onnx(pipeline, path)


def test_input_that_is_no_clips(pipeline, path):
    with pytest.raises(ValueError, match="X has clips of different lengths"):
        to_onnx(pipeline, path, [[1.0, 2.0], [1.0]])
    with pytest.raises(ValueError, match=r"X has the shape \(0, 5\), but must be an"):
        to_onnx(pipeline, path, np.zeros((0, 5)))
    with pytest.raises(ValueError, match=r"X has the shape \(\), but must be an array"):
        to_onnx(pipeline, path, "a.wav")


def test_unfitted(waveforms, path):
    with pytest.raises(NotFittedError, match="'kerasgruclassifier', Keras.* call fit"):
        to_onnx(make_pipeline(LogSpectrogram(), clone(GRU)), path)
    with pytest.raises(ValueError, match="'logspectrogram' does not tell .* as X"):
        to_onnx(LogSpectrogram(), path)
    to_onnx(LogSpectrogram(), path, waveforms[0])


def test_unknown_bins(waveforms, path):
    pipeline = make_pipeline(LogSpectrogram(), Normalize("clip")).fit(*waveforms)
    with pytest.raises(ValueError, match="'normalize' does not tell how many bins"):
        to_onnx(pipeline[1:], path)
    to_onnx(pipeline[1:], path, pipeline[0].transform(waveforms[0]))


def test_input_of_another_shape(pipeline, waveforms, path):
    with pytest.raises(ValueError, match="of the length 4000, but LogSpectrogram was"):
        to_onnx(pipeline, path, np.zeros((1, 4000), np.float32))
    with pytest.raises(ValueError, match="fitted on 11 frames of 40 bins"):
        to_onnx(pipeline[-1:], path, np.zeros((1, 12, 40), np.float32))
    with pytest.raises(ValueError, match=r"\(None, 3, 4\), but LogSpectrogram expects"):
        to_onnx(pipeline, path, np.zeros((1, 3, 4), np.float32))
    with pytest.raises(ValueError, match=r"shape \(None, 3, 4, 5\), but spectrograms"):
        to_onnx(pipeline[1:], path, np.zeros((1, 3, 4, 5), np.float32))


def test_arguments(pipeline, path):
    with pytest.raises(ValueError, match="weights is 'int4', but must be 'float32' or"):
        to_onnx(pipeline, path, weights="int4")


def test_old_operators(pipeline, waveforms):
    import skl2onnx

    with pytest.raises(ValueError, match="target_opset is 15, but must be at least 18"):
        skl2onnx.to_onnx(pipeline, waveforms[0], target_opset=15)


def test_a_layer_that_is_not_known(pipeline, path):
    strange = copy.deepcopy(pipeline[-1])
    architecture = strange._state["architecture"].replace('"Softmax"', '"Sparsemax"')
    strange._state["architecture"] = architecture
    with pytest.raises(ValueError, match="The layer 'attention' is a Sparsemax, which"):
        to_onnx(strange, path)


def test_labels_that_onnx_lacks(pipeline, path):
    strange = copy.deepcopy(pipeline[-1])
    strange.classes_ = np.array([0.0, 0.5, 1.0])
    with pytest.raises(
        ValueError, match=r"classes are 0\.0, 0\.5, 1\.0, but labels in"
    ):
        to_onnx(strange, path)


# What happens to the file.


def test_a_failed_export_leaves_the_old_file(pipeline, path, monkeypatch):
    path.write_text("old")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "replace", full)
    with pytest.raises(OSError, match="words.onnx cannot be written: No space left"):
        to_onnx(pipeline, path)
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_a_place_that_cannot_be_written_to(pipeline, path):
    for error in (FileNotFoundError, NotADirectoryError):
        with pytest.raises(error, match="nowhere.* cannot be written"):
            to_onnx(pipeline, path / "nowhere" / "words.onnx")
        path.touch()
    path.unlink()
    path.mkdir()
    with pytest.raises(IsADirectoryError, match="words.onnx cannot be written"):
        to_onnx(pipeline, path)
    assert list(path.parent.iterdir()) == [path]


WITHOUT_KERAS = """
import sys, joblib
from skkws.export import to_onnx
to_onnx(joblib.load(sys.argv[1]), sys.argv[2])
assert "keras" not in sys.modules
"""


def test_without_keras(pipeline, path):
    expected = to_onnx(pipeline, path).SerializeToString()
    joblib.dump(pipeline, path.with_suffix(".joblib"))
    path.unlink()
    command = [sys.executable, "-c", WITHOUT_KERAS, path.with_suffix(".joblib"), path]
    subprocess.run(command, check=True)
    assert path.read_bytes() == expected


def test_without_skl2onnx(pipeline, path, monkeypatch):
    monkeypatch.setitem(sys.modules, "skl2onnx", None)
    with pytest.raises(ImportError, match=r'run `pip install "skkws\[onnx\]"`'):
        to_onnx(pipeline, path)


# On recordings.


@pytest.mark.real_data
@pytest.mark.slow
def test_on_the_test_part_of_the_mini_speech_commands(run, path):
    try:
        clips = fetch_mini_speech_commands(download_if_missing=False)
    except FileNotFoundError as error:
        pytest.skip(str(error))
    train, test = clips.split == "train", clips.split == "test"
    words = make_pipeline(
        LogSpectrogram(),
        Normalize("clip"),
        KerasGRUClassifier(epochs=2, random_state=0),
    ).fit(clips.data[train][::10], clips.target[train][::10])
    X = clips.data[test]
    assert len(X) == 845
    results = run(to_onnx(words, path, X), X)
    check(words, X, results, atol=1e-4)
    assert results[1].max() > 0.9  # it has learnt enough to be sure of some
    n_bytes = sum(array.nbytes for array in words[-1].model_.get_weights())
    assert path.stat().st_size < 1.2 * n_bytes


WRONG = [
    AdaBoostClassifier(LinearSVC()),
    StackingClassifier([("a", LogisticRegression())], LinearSVC()),
    BaggingClassifier(LinearSVC(), random_state=0),
    QuadraticDiscriminantAnalysis(),
    GaussianProcessClassifier(None),
]


@pytest.mark.parametrize("classifier", WRONG, ids=lambda one: str(one).split("(")[0])
def test_what_skl2onnx_gets_wrong_is_refused(classifier, path):
    rng = np.random.default_rng(0)
    y = np.arange(200) % 2
    X = (rng.normal(size=(200, 20)) + 0.7 * y[:, None]).astype(np.float32)
    pipeline = make_pipeline(StandardScaler(), clone(classifier)).fit(X, y)
    for clips in (None, X, X[:1]):
        with pytest.raises(ValueError, match="be exported to ONNX: of what skl2o"):
            to_onnx(pipeline, path, clips)
    assert not path.exists()


def test_a_classifier_without_probabilities(path, run):
    rng = np.random.default_rng(0)
    y = np.array(["go", "no", "up"])[np.arange(90) % 3]
    X = (rng.normal(size=(90, 5)) + (np.arange(90) % 3)[:, None]).astype(np.float32)
    pipeline = make_pipeline(StandardScaler(), LinearSVC()).fit(X, y)
    assert_array_equal(run(to_onnx(pipeline, path), X)[0], pipeline.predict(X))
