"""Bad input gets one sentence, and leaves the fit before as it was."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.utils import Bunch

from skkws import (
    KerasGRUClassifier,
    LogSpectrogram,
    Normalize,
    SpecAugment,
    TimeShift,
)

BAD_X = {
    "wrong dimension": (lambda X: X[..., None, None], r"shape \(40, 12, 6, 1, 1\)"),
    "channels": (lambda X: np.stack([X, X], -1), r"shape \(40, 12, 6, 2\)"),
    "NaN": (lambda X: np.where(np.arange(40)[:, None, None] == 7, np.nan, X), "clip 7"),
    "infinity": (
        lambda X: X / (np.arange(40) != 3)[:, None, None],
        "infinity in clip 3",
    ),
    "empty": (lambda X: X[:0], r"0 sample\(s\)"),
    "no bins": (lambda X: X[:, :, :0], "at least one frame and one bin"),
    "count": (lambda X: X[:-1], "inconsistent numbers of samples"),
}


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(("change", "sentence"), BAD_X.values(), ids=BAD_X)
def test_bad_X(small, clips, change, sentence):
    X, y = clips
    with pytest.raises(ValueError, match=sentence):
        small().fit(change(X), y)


@pytest.mark.parametrize(
    "X", [None, "abc", {"a": 1}, {1}, 5, iter([[1.0]]), Bunch(data=[[1.0]])]
)
def test_what_is_no_array_of_clips(small, clips, X):
    for step in (small(), LogSpectrogram(), Normalize()):
        with pytest.raises(ValueError, match="^X is .*, but .* expects an array of cl"):
            step.fit(X, clips[1])


@pytest.mark.parametrize(
    ("rows", "label", "sentence"),
    [
        ([39], None, r"^y\[0\] is '\w+' and y\[39\] is None, but all words must be of"),
        ([0], 1, r"^y\[0\] is 1 and y\[1\] is '\w+', but all words must be of one"),
        (slice(None), None, r"^y\[0\] is None, but all words must be of one type"),
    ],
)
def test_labels_without_order(small, clips, rows, label, sentence):
    X, y = clips
    y = y.astype(object)
    y[rows] = label
    words = small().fit(*clips)
    with pytest.raises(ValueError, match=sentence):
        words.partial_fit(X, y)
    assert_array_equal(words.classes_, np.unique(clips[1]))


def test_class_weight_of_zero(small, clips):
    with pytest.raises(ValueError, match="no clip with a weight above zero"):
        small(class_weight={"down": 0, "go": 0, "up": 0}).fit(*clips)


def test_one_class(small, clips):
    X, y = clips
    with pytest.raises(ValueError, match="only one class: 'go'"):
        small().fit(X, np.full(len(X), "go"))
    with pytest.raises(ValueError, match="only one class with a weight: 'up'"):
        small().fit(X, y, sample_weight=(y == "up").astype(float))


def test_numbers_beyond_float32_are_infinite_without_a_warning(small, clips):
    X, y = clips
    with pytest.raises(ValueError, match="X contains infinity in clip 0"):
        small().fit(X.astype(float) * 1e40, y)


def test_unseen_shape(small, clips):
    X, y = clips
    words = small().fit(X, y)
    with pytest.raises(ValueError, match="X has 12 frames of 5 bins.* 12 frames of 6"):
        words.predict(X[:, :, :5])
    with pytest.raises(ValueError, match="11 frames of 6 bins"):
        words.predict(X[:, :11])
    with pytest.raises(ValueError, match="12 frames of 1 bins"):
        words.predict(X[:, :, 0])
    with pytest.raises(ValueError, match="X has 11 features.* expecting 12"):
        small().fit(X[:, :, 0], y).predict(X[:, :11, 0])


def test_unseen_class(small, clips):
    X, y = clips
    words = small().fit(X, y)
    with pytest.raises(
        ValueError, match="y contains 'left', but the classes are 'down'"
    ):
        words.partial_fit(X, np.where(y == "up", "left", y))
    with pytest.raises(ValueError, match="y contains 'left'"):
        small().fit(X, y, validation_data=(X, np.full(len(y), "left")))


BAD_PARAMETERS = [
    ({"optimizer": "adamant"}, r"optimizer is 'adamant'.* adam, "),
    ({"optimizer": 3}, "optimizer is 3, but must be a Keras optimizer"),
    ({"optimizer": {"a": 1}}, "optimizer is {'a': 1}, but must be"),
    ({"learning_rate": -1}, "learning_rate is -1"),
    ({"learning_rate": "0.1"}, "learning_rate is '0.1'"),
    ({"learning_rate": None}, "learning_rate is None"),
    ({"epochs": 0}, "'epochs' parameter"),
    ({"batch_size": "all"}, "'batch_size' parameter"),
    ({"filters": 8}, "'filters' parameter"),
    ({"filters": ("a",)}, r"filters\[0\] is 'a'"),
    ({"kernel_size": (3, 3)}, "kernel_size has 2 entries, but filters has 1"),
    ({"strides": (1.5,)}, r"strides\[0\] is 1.5"),
    ({"kernel_size": ((3, 3, 3),)}, r"kernel_size\[0\] is \(3, 3, 3\)"),
    ({"dropout": 1.0}, "'dropout' parameter"),
    ({"label_smoothing": -0.1}, "'label_smoothing' parameter"),
    ({"validation_fraction": 1.0}, "'validation_fraction' parameter"),
    (
        {"validation_fraction": 0.01, "early_stopping": True},
        "validation_fraction is 0.01, but 40 clips need one .* 3 words",
    ),
    ({"augment": [3]}, "augment contains 3"),
    ({"augment": [TimeShift(-0.1)]}, "'max_shift' parameter of TimeShift"),
    ({"augment": [SpecAugment(max_time="long")]}, "'max_time' parameter"),
    ({"class_weight": "heavy"}, "'class_weight' parameter"),
    ({"class_weight": {"up": -1}}, r"class_weight\['up'\] is -1, but must be"),
    ({"class_weight": {"up": "x"}}, r"class_weight\['up'\] is 'x', but must be"),
    ({"callbacks": [3]}, r"callbacks\[0\] is 3"),
    ({"random_state": "today"}, "'random_state' parameter"),
]


@pytest.mark.parametrize(("params", "sentence"), BAD_PARAMETERS, ids=str)
def test_bad_parameter(small, clips, params, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence) as refusal:
        small(**params).fit(*clips)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "made"),
    [
        (lambda X, targets: (X[:, :, :5], targets), r"\(2, 12, 5\) and \(2, 3\)"),
        (lambda X, targets: (X, targets[:, :1]), r"\(2, 12, 6\) and \(2, 1\)"),
        (lambda X, targets: X, r"\(2, 12, 6\)"),
        (lambda X, targets: (np.zeros(X.shape), None), "ndarray and NoneType"),
        (lambda X, targets: None, "NoneType"),
    ],
)
def test_an_augmentation_that_does_not_keep_shapes(small, clips, change, made):
    class Own:
        def get_params(self, deep=True):
            return {}

        def augment(self, X, targets, seed):
            return change(X, targets)

    expected = r"shapes \(2, 12, 6\) and \(2, 3\), but must keep these\.$"
    with pytest.raises(
        ValueError, match=f"^augment contains a Own, which makes {made} of .*{expected}"
    ):
        small(augment=[Own()]).fit(*clips)


def test_an_augmentation_derived_from_ours_that_does_not_keep_shapes(small, clips):
    class Cut(TimeShift):
        def _vary(self, X, targets, seed):
            return X[:, :, :5], targets

    with pytest.raises(ValueError, match="^augment contains a Cut, which makes "):
        small(augment=[Cut()]).fit(*clips)


def test_an_augmentation_that_cannot_be_pickled(small, clips):
    class Own:
        def get_params(self, deep=True):
            return {"change": lambda X: X}

        def augment(self, X, targets, seed):
            return X, targets

    with pytest.raises(
        ValueError, match="^augment contains a Own with a parameter that cannot be pic"
    ):
        small(augment=[Own()]).fit(*clips)


def test_spectrograms_that_differ_in_their_bins(small, clips):
    X, y = clips
    with pytest.raises(
        ValueError,
        match=r"^X\[1\] has the shape \(12, 5\), but X\[0\] has \(12, 6\), and all "
        r"clips must have as many bins\.$",
    ):
        small().fit([X[0], X[1, :, :5]], y[:2])


@pytest.mark.parametrize(
    ("weight", "sentence"),
    [
        (np.zeros(40), "at least one non-zero"),
        (-np.ones(40), "Negative"),
        (np.ones(39), "sample_weight"),
    ],
)
def test_bad_sample_weight(small, clips, weight, sentence):
    with pytest.raises(ValueError, match=sentence):
        small().fit(*clips, sample_weight=weight)


def test_a_kernel_that_does_not_fit(small, clips):
    with pytest.raises(ValueError, match=re.escape("kernel_size")):
        small(padding="valid", kernel_size=20).fit(*clips)


def test_gru_without_units(clips):
    with pytest.raises(ValueError, match="units is empty"):
        KerasGRUClassifier(units=()).fit(*clips)


def test_unknown_output_activation(clips):
    sentence = "output_activation is 'sigmoidal', but must be None or .*, sigmoid, "
    with pytest.raises(ValueError, match=sentence) as refusal:
        KerasGRUClassifier(output_activation="sigmoidal").fit(*clips)
    assert "\n" not in str(refusal.value)
    assert "serialize" not in str(refusal.value)


@pytest.mark.parametrize("name", ["glu", "threshold"])
def test_an_activation_that_changes_the_shape_or_needs_more(clips, name):
    with pytest.raises(ValueError, match=f"output_activation is '{name}', but must"):
        KerasGRUClassifier(output_activation=name).fit(*clips)


def test_text_is_no_number_however_many_classes_there_are(small, clips):
    X, _ = clips
    y = np.repeat(np.arange(20), 2)
    words = small(epochs=1).partial_fit(X, y, classes=np.arange(20))
    with pytest.raises(ValueError, match="y contains '0', but the classes are 0, 1, "):
        words.partial_fit(X, y.astype(str))


def test_weights_beyond_float32(small, clips):
    words = small(epochs=1)
    for weight, named in ((1e39, "1e.39"), (1e-60, "1e-60")):
        with pytest.raises(ValueError, match=f"class_weight, is {named}, but must"):
            words.partial_fit(
                *clips, classes=["down", "go", "up"], sample_weight=np.full(40, weight)
            )
    words.set_params(class_weight={"go": 1e10})
    with pytest.raises(ValueError, match="sample_weight times class_weight is infini"):
        words.fit(*clips, sample_weight=np.full(40, 1e308))


def test_a_misspelt_word_in_class_weight(small, clips):
    with pytest.raises(ValueError, match="class_weight has 'upp', but the classes are"):
        small(class_weight={"upp": 2}).fit(*clips)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"groups": [1, 2]}, r"groups has the shape \(2,\).* 40 clips"),
        ({"groups": ["anna", None] * 20}, r"groups\[0\] is 'anna' and groups\[1\] is"),
        ({"groups": [["a"], ["b", "c"]] * 20}, "groups has lists as entries, but its"),
        ({"validation_data": (None, None)}, "validation_data is a pair of None, but"),
        ({"y_val": [1, 2]}, "y_val is given, but X_val is not"),
        ({"X_val": [1, 2]}, "X_val is given, but y_val is not"),
        ({"validation_data": [1, 2, 3]}, "validation_data is a list"),
        ({"validation_data": 5}, "validation_data is a int"),
        ({"validation_data": (1, 2), "X_val": 1}, "validation_data is given beside"),
        ({"validation_data": (1, 2, 3)}, "validation_data is a tuple of 3, but must"),
    ],
)
def test_bad_argument_of_fit(small, clips, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        small().fit(*clips, **arguments)


def test_lost_loss(small, clips):
    with pytest.raises(ValueError, match="The loss became .* in epoch"):
        small(optimizer="sgd", learning_rate=1e38, batch_norm=False).fit(*clips)


def test_weights_lost_in_the_last_step(small, clips):
    # One step: its loss is that of the untouched weights.
    lost = small(
        optimizer="sgd", learning_rate=3e38, epochs=1, batch_size=40, batch_norm=False
    )
    with pytest.raises(ValueError, match="A weight became .* in epoch 1"):
        lost.fit(clips[0] * 1e4, clips[1])


def test_optimizer_that_keras_cannot_build_anew(small, clips):
    import keras

    class Own(keras.optimizers.SGD):
        pass

    with pytest.raises(ValueError, match="optimizer is a Own, which Keras cannot"):
        small(optimizer=Own()).fit(*clips)


def test_other_floats_are_refused(small, clips):
    import keras

    keras.config.set_floatx("float64")
    try:
        with pytest.raises(RuntimeError, match="floatx 'float64'"):
            small().fit(*clips)
    finally:
        keras.config.set_floatx("float32")


def test_classes_in_first_partial_fit(small, clips):
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        small().partial_fit(*clips)


def test_other_classes_in_a_later_partial_fit(small, clips):
    words = small().partial_fit(*clips, classes=["down", "go", "up"])
    words.partial_fit(*clips, classes=["down", "go", "up"])
    with pytest.raises(ValueError, match="must be as on the first call"):
        words.partial_fit(*clips, classes=["down", "up"])


def test_refused_classes_of_the_first_partial_fit(small, clips):
    for classes in ("down", 5, ["down"], [["down", "go", "up"]]):
        with pytest.raises(ValueError, match="^classes is .*, but must be a list of"):
            small().partial_fit(*clips, classes=classes)
    with pytest.raises(ValueError, match=r"classes\[0\] is .*, but all words must be"):
        small().partial_fit(*clips, classes=["down", "go", None])
    with pytest.raises(ValueError, match="classes contains NaN, which is no word"):
        small().partial_fit(clips[0], np.arange(40) % 2, classes=[0, 1, np.nan])
    words = small().partial_fit(*clips, classes=["down", "go", "up"])
    with pytest.raises(ValueError, match="^classes is 5, but must be a list of"):
        words.partial_fit(*clips, classes=5)


def test_balanced_classes_of_a_part_are_refused(small, clips):
    words = small(class_weight="balanced")
    with pytest.raises(ValueError, match="class_weight is 'balanced', but partial_fit"):
        words.partial_fit(*clips, classes=["down", "go", "up"])


def test_validation_data_are_named(small, clips):
    X, y = clips
    for X_val, y_val in ((X, np.full(len(y), "left")), (X * np.nan, y), (X[:, :5], y)):
        with pytest.raises(ValueError, match="^In the validation data, [Xy] "):
            small().fit(X, y, X_val=X_val, y_val=y_val)


def test_unfitted(small, clips):
    from sklearn.exceptions import NotFittedError

    with pytest.raises(NotFittedError):
        small().predict(clips[0])
    with pytest.raises(AttributeError, match="not fitted"):
        _ = small().model_


@pytest.mark.parametrize(
    ("error", "warm_start"), [(RuntimeError, False), (KeyboardInterrupt, True)]
)
def test_interrupted_fit_leaves_the_fit_before(small, clips, error, warm_start):
    import keras

    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if armed and batch == 1:
                raise error

    armed = False
    X, y = clips
    words = small(callbacks=[Interrupt()], warm_start=warm_start, batch_size=20)
    words.fit(X, y)
    before, state = words.predict_proba(X), vars(words).copy()
    armed = True
    for interrupted in (words.fit, words.partial_fit):
        with pytest.raises(error):
            interrupted(X, y)
        assert vars(words) == state
        assert_array_equal(words.predict_proba(X), before)
    armed = False
    first_again = small(callbacks=[Interrupt()], batch_size=20).fit(X, y)
    assert_array_equal(first_again.predict_proba(X), before)


def test_failed_fit_on_other_clips_leaves_the_fit_before(small, clips):
    X, y = clips
    words = small().fit(X, y)
    before = words.predict_proba(X)
    with pytest.raises(ValueError, match="only one class"):
        words.fit(X[:, :5], np.full(len(X), "no"))
    assert words.n_features_in_ == 12
    assert_array_equal(words.predict_proba(X), before)


@pytest.mark.parametrize("n_clips", [2, 40])
def test_one_word_for_all_clips(small, clips, n_clips):
    with pytest.raises(ValueError, match="y should be a 1d array"):
        small().fit(clips[0][:n_clips], "yes")
