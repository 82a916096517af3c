import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skkws import KerasCNNClassifier, KeywordSpotter, Normalize
from skkws.plots import TrainingDisplay

plt = pytest.importorskip("matplotlib.pyplot")

HISTORY = {
    "loss": [3.0, 2.0, 1.0],
    "accuracy": [0.1, 0.2, 0.3],
    "val_loss": [3.5, 2.5, 1.5],
    "val_accuracy": [0.2, 0.3, 0.4],
}


def network():
    return KerasCNNClassifier(
        epochs=2,
        filters=(2,),
        kernel_size=3,
        strides=1,
        frame_filters=(),
        augment=None,
        random_state=0,
    )


def test_curves_are_the_history():
    display = TrainingDisplay.from_predictions(HISTORY, metric="loss")
    for line, key in (
        (display.training_line_, "loss"),
        (display.validation_line_, "val_loss"),
    ):
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3])
        np.testing.assert_array_equal(line.get_ydata(), HISTORY[key])
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["training", "validation"]
    assert display.ax_.get_ylabel() == "Loss"
    assert display.ax_.get_xlabel() == "Epoch"


def test_what_keras_returns_is_drawn():
    import keras

    history = keras.callbacks.History()
    history.history = HISTORY
    display = TrainingDisplay.from_predictions(history, metric="loss")
    np.testing.assert_array_equal(display.training_line_.get_ydata(), HISTORY["loss"])


def test_estimators_are_looked_into(clips):
    X, y = clips
    pipeline = make_pipeline(Normalize("clip"), network()).fit(X, y)
    history = pipeline[-1].history_
    search = GridSearchCV(
        make_pipeline(Normalize("clip"), network()),
        {"kerascnnclassifier__learning_rate": [0.001]},
        cv=2,
    ).fit(X, y)
    for estimator, expected in (
        (pipeline, history),
        (pipeline[-1], history),
        (KeywordSpotter(pipeline), history),
        (search, search.best_estimator_[-1].history_),
    ):
        display = TrainingDisplay.from_estimator(estimator)
        np.testing.assert_array_equal(
            display.training_line_.get_ydata(), expected["accuracy"]
        )
        assert display.validation_line_ is None
        text = display.ax_.get_legend().get_texts()[0].get_text()
        assert text == "KerasCNNClassifier, training"


def test_validation_of_later_fits_belongs_to_the_last_epochs():
    display = TrainingDisplay.from_predictions({**HISTORY, "val_accuracy": [0.5]})
    np.testing.assert_array_equal(display.validation_line_.get_xdata(), [3])


def test_two_networks_in_one_picture_differ_in_colour_marker_and_name():
    one = TrainingDisplay.from_predictions(HISTORY, name="a")
    two = TrainingDisplay.from_predictions(HISTORY, name="b", ax=one.ax_)
    lines = two.ax_.lines
    assert len({line.get_color() for line in lines}) == 4
    assert len({line.get_marker() for line in lines}) == 4
    assert [line.get_linestyle() for line in lines] == ["-", "--", "-", "--"]
    texts = [text.get_text() for text in two.ax_.get_legend().get_texts()]
    assert texts == ["a, training", "a, validation", "b, training", "b, validation"]
    assert one.plot(color="red").training_line_.get_color() == "red"


def test_a_name_may_begin_with_an_underscore():
    display = TrainingDisplay.from_predictions(HISTORY, name="_n")
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == [" _n, training", " _n, validation"]


@pytest.mark.parametrize("history", [None, [1, 2]])
def test_what_is_no_history_is_refused(history):
    with pytest.raises(TypeError, match="^history is .*, but must be a dict"):
        TrainingDisplay.from_predictions(history)


def test_style_can_be_given_by_any_name():
    display = TrainingDisplay.from_predictions(HISTORY, c="red", ls=":", ms=9)
    for line in (display.training_line_, display.validation_line_):
        assert line.get_color() == "red"
        assert line.get_linestyle() == ":"
        assert line.get_markersize() == 9


def test_axes_whose_ticks_were_set():
    _, ax = plt.subplots()
    ax.set_xticks([])
    TrainingDisplay.from_predictions(HISTORY, ax=ax)
    assert len(ax.get_xticks()) >= 2


def test_unknown_metrics_are_refused_with_those_there_are():
    with pytest.raises(ValueError, match="'f1', but the history has 'accuracy', 'loss"):
        TrainingDisplay.from_predictions(HISTORY, metric="f1")
    with pytest.raises(ValueError, match="the history has none at all"):
        TrainingDisplay.from_predictions({})


@pytest.mark.parametrize(
    "estimator",
    [
        network(),
        make_pipeline(Normalize("clip"), network()),
        GridSearchCV(network(), {"learning_rate": [0.001]}),
        KeywordSpotter(network()),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_unfitted(estimator):
    with pytest.raises(NotFittedError, match=r"not fitted yet: call fit [^.]*\.$"):
        TrainingDisplay.from_estimator(estimator)


def test_what_has_no_network_is_refused():
    with pytest.raises(TypeError, match=r"LogisticRegression\(\), but must be a Keras"):
        TrainingDisplay.from_estimator(make_pipeline(LogisticRegression()))
    X = np.arange(6.0).reshape(-1, 1)
    search = GridSearchCV(LogisticRegression(), {"C": [1]}, cv=2, refit=False)
    search.fit(X, [0, 1] * 3)
    with pytest.raises(ValueError, match="refit is False: fit it with refit=True"):
        TrainingDisplay.from_estimator(search)
