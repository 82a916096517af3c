import numpy as np
import pytest
from scipy.special import softmax
from sklearn.decomposition import PCA
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline

from skkws import KerasGRUClassifier, Normalize
from skkws.plots import EmbeddingDisplay
from skkws.plots._activations import activations_of
from skkws.plots._estimators import parts_of
from tests.networks import as_if_fitted, gru

plt = pytest.importorskip("matplotlib.pyplot")


def points_of(display):
    return np.concatenate([points.get_offsets() for points in display.points_])


@pytest.mark.parametrize("pooling", ["attention", "last", None])
def test_activations_lead_to_the_probabilities(pooling):
    classifier, X = as_if_fitted(gru(pooling=pooling))
    activations = activations_of(classifier, np.concatenate([X] * 6))
    assert len(activations) == 72
    np.testing.assert_allclose(activations[:12], activations[-12:], rtol=1e-5)
    if pooling is None:  # the mean over frames of what is not linear
        return
    kernel, bias = classifier._state["weights"][-2:]
    np.testing.assert_allclose(
        softmax(activations[:12] @ kernel + bias, axis=1),
        classifier.predict_proba(X),
        atol=1e-5,
    )


def test_activations_are_those_of_the_fitted_network():
    classifier, X = as_if_fitted(gru())
    expected = activations_of(classifier, X)
    model = classifier.model_
    model.set_weights([weights + 1 for weights in model.get_weights()])
    np.testing.assert_array_equal(activations_of(classifier, X), expected)


def test_a_pipeline_is_drawn_by_what_its_network_gets(clips):
    X, y = clips
    pipeline = make_pipeline(Normalize("clip"), gru()).fit(X, y)
    display = EmbeddingDisplay.from_estimator(pipeline, X, y)
    activations = activations_of(pipeline[-1], pipeline[:-1].transform(X))
    expected = PCA(2, svd_solver="full").fit_transform(activations)
    np.testing.assert_allclose(display.embedding, expected, atol=1e-5)
    np.testing.assert_array_equal(display.y_pred, pipeline.predict(X))
    assert display.ax_.get_xlabel().startswith("PCA 1 (")
    for points, word in zip(display.points_, ["down", "go", "up"], strict=True):
        assert points.get_label() == word
        np.testing.assert_array_equal(points.get_offsets(), expected[y == word])


def test_the_reducer_is_cloned_and_must_lead_to_two_dimensions(clips):
    X, y = clips
    classifier = gru().fit(X, y)
    reducer = PCA(2)
    EmbeddingDisplay.from_estimator(classifier, X, y, reducer=reducer)
    assert not hasattr(reducer, "components_")
    with pytest.raises(ValueError, match=r"shape \(40, 3\) of the 40 clips"):
        EmbeddingDisplay.from_estimator(classifier, X, y, reducer=PCA(3))
    with pytest.raises(TypeError, match="reducer is 'pca', but must be an estimator"):
        EmbeddingDisplay.from_estimator(classifier, X, y, reducer="pca")
    with pytest.raises(ValueError, match="y has 39 words for 40 clips"):
        EmbeddingDisplay.from_estimator(classifier, X, y[1:])


def test_what_is_misclassified_has_a_ring():
    points = np.arange(12.0).reshape(6, 2)
    spoken, heard = list("aabbcc"), list("abbbca")
    display = EmbeddingDisplay.from_predictions(points, spoken, heard)
    np.testing.assert_array_equal(display.rings_.get_offsets(), points[[1, 5]])
    np.testing.assert_array_equal(points_of(display), points)
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["a", "b", "c", "misclassified"]
    for y_pred in (None, spoken):
        display = EmbeddingDisplay.from_predictions(points, spoken, y_pred)
        assert display.rings_ is None


def test_the_legend_has_silence_and_numbers():
    for words in (["_silence_", "a"], [3, 4]):
        display = EmbeddingDisplay.from_predictions(np.zeros((2, 2)), words)
        texts = display.ax_.get_legend().get_texts()
        assert [text.get_text().strip() for text in texts] == [str(w) for w in words]


def test_looks_can_be_changed():
    _, ax = plt.subplots()
    display = EmbeddingDisplay.from_predictions(
        np.zeros((2, 2)), [1, 2], [2, 1], ax=ax, s=50, alpha=0.5
    )
    assert display.ax_ is ax
    assert display.points_[0].get_alpha() == 0.5
    assert display.points_[0].get_sizes()[0] == 50
    assert display.rings_.get_sizes()[0] > 50


def test_each_clip_has_its_size():
    display = EmbeddingDisplay.from_predictions(
        np.zeros((3, 2)), ["a", "b", "a"], ["a", "a", "a"], s=[10, 20, 30]
    )
    assert [points.get_sizes().tolist() for points in display.points_] == [
        [10, 30],
        [20],
    ]
    assert display.rings_.get_sizes().tolist() == [60]
    display.plot(s=None)
    with pytest.raises(
        ValueError, match=r"^s has the shape \(2,\), but must be one siz"
    ):
        display.plot(s=[1, 2])


@pytest.mark.parametrize("name", ["lw", "linewidth", "linewidths"])
@pytest.mark.parametrize("colour", ["c", "fc", "facecolors"])
def test_looks_can_be_given_by_any_name(name, colour):
    display = EmbeddingDisplay.from_predictions(
        np.zeros((1, 2)), ["a"], ec="blue", **{name: 2, colour: "red"}
    )
    (points,) = display.points_
    assert points.get_linewidths() == [2]
    np.testing.assert_array_equal(points.get_facecolor(), [[1, 0, 0, 1]])
    np.testing.assert_array_equal(points.get_edgecolor(), [[0, 0, 1, 1]])


def test_what_does_not_fit_together_is_refused():
    with pytest.raises(ValueError, match=r"embedding has the shape \(4, 3\)"):
        EmbeddingDisplay.from_predictions(np.zeros((4, 3)), list("abcd"))
    with pytest.raises(ValueError, match="y_true has 3 words for 4 clips"):
        EmbeddingDisplay.from_predictions(np.zeros((4, 2)), list("abc"))
    with pytest.raises(ValueError, match="y_pred has 5 words for 4 clips"):
        EmbeddingDisplay.from_predictions(np.zeros((4, 2)), list("abcd"), list("abcde"))
    for labels in ("xy", ["x"]):
        with pytest.raises(ValueError, match="axis_labels is .*, but must be two"):
            EmbeddingDisplay.from_predictions(
                np.zeros((4, 2)), list("abcd"), axis_labels=labels
            )
    classifier, X = as_if_fitted(gru())
    with pytest.raises(ValueError, match="X has one clip, but two dimensions need at"):
        EmbeddingDisplay.from_estimator(classifier, X[:1], ["a"])
    with pytest.raises(ValueError, match="not fitted"):
        EmbeddingDisplay.from_estimator(KerasGRUClassifier(), np.zeros((1, 9, 9)), [1])


def test_networks_within_what_others_have_found_or_frozen():
    classifier, _ = as_if_fitted(gru())

    class OtherSearch:
        best_estimator_ = make_pipeline(FrozenEstimator(classifier))
        cv_results_ = {}

    assert parts_of(OtherSearch()) == (None, classifier)
