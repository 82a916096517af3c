"""What fit does with its arguments, and what is left after it."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skkws import NoiseFloor, TimeShift
from skkws.classifiers._examples import Examples, split_off_validation

WORDS = ["down", "go", "up"]


def test_attributes(small, clips):
    X, y = clips
    words = small(epochs=4).fit(X, y)
    assert words.classes_.tolist() == ["down", "go", "up"]
    assert words.n_features_in_ == 12
    assert words.input_shape_ == (12, 6)
    assert words.n_iter_ == 4
    assert type(words.history_) is dict
    assert {name: len(v) for name, v in words.history_.items()} == {
        "loss": 4,
        "accuracy": 4,
    }
    assert words.predict_proba(X).dtype == np.float32
    assert_allclose(
        words.predict_log_proba(X), np.log(words.predict_proba(X)), atol=1e-5
    )
    assert words.score(X, y) == (words.predict(X) == y).mean()


def test_learns(small, clips):
    X, y = clips
    assert small(epochs=30).fit(X, y).score(X, y) > 0.9


@pytest.mark.parametrize(
    "labels", [[0, 1, 2], [True, False, True], [-1.0, 7.0, 3.0], ["a", "b", "ü"]]
)
def test_labels_of_any_type(small, clips, labels):
    X, _ = clips
    y = np.array(labels, dtype=object if isinstance(labels[0], str) else None)
    y = y[np.arange(len(X)) % 3]
    predicted = small(epochs=20).fit(X, y).predict(X)
    assert predicted.dtype == y.dtype
    assert (predicted == y).mean() > 0.6


def test_shapes_of_input_agree(small, clips):
    X, y = clips
    plain = small().fit(X, y).predict_proba(X)
    assert_array_equal(small().fit(X[..., None], y).predict_proba(X[..., None]), plain)
    one_bin = small().fit(X[:, :, :1], y).predict_proba(X[:, :, :1])
    assert_array_equal(small().fit(X[:, :, 0], y).predict_proba(X[:, :, 0]), one_bin)


def test_class_weight_is_sample_weight(small, clips):
    X, y = clips
    by_class = small(class_weight={"up": 5, "go": 2}).fit(X, y)
    weight = np.select([y == "up", y == "go"], [5.0, 2.0], 1.0)
    by_sample = small().fit(X, y, sample_weight=weight)
    assert_allclose(by_class.predict_proba(X), by_sample.predict_proba(X), rtol=1e-5)
    assert (
        abs(small().fit(X, y).predict_proba(X) - by_class.predict_proba(X)).max() > 1e-3
    )


def test_class_weight_of_a_batch_without_a_word(small, clips):
    X, y = clips
    batch, words = y != "up", np.unique(y)
    by_class = small(class_weight={"up": 5, "go": 2})
    by_class.partial_fit(X[batch], y[batch], classes=words)
    weight = np.where(y == "go", 2.0, 1.0)
    by_sample = small()
    by_sample.partial_fit(X[batch], y[batch], words, weight[batch])
    assert_allclose(by_class.predict_proba(X), by_sample.predict_proba(X), rtol=1e-5)


def test_weights_of_different_parts_compare(small, clips):
    X, y = clips
    words = np.unique(y)

    def distance(weight):
        own = small(optimizer="sgd").partial_fit(X, y, words, np.full(len(X), weight))
        start = small(optimizer="sgd").partial_fit(X, y, words, np.full(len(X), 1e-9))
        return abs(own.predict_proba(X) - start.predict_proba(X)).max()

    assert distance(1e-4) < 0.01 * distance(1.0)


def test_balanced_class_weight(small, clips):
    X, y = clips
    keep = (y != "up") | (np.arange(len(y)) < 6)
    weight = {w: keep.sum() / (3 * (y[keep] == w).sum()) for w in np.unique(y)}
    balanced = small(class_weight="balanced").fit(X[keep], y[keep])
    explicit = small(class_weight=weight).fit(X[keep], y[keep])
    assert_allclose(balanced.predict_proba(X), explicit.predict_proba(X), rtol=1e-5)


def test_clips_of_weight_zero_are_absent(small, clips):
    X, y = clips
    weight = (np.arange(len(y)) < 30).astype(float)
    weighted = small().fit(X, y, sample_weight=weight)
    assert_array_equal(
        weighted.predict_proba(X), small().fit(X[:30], y[:30]).predict_proba(X)
    )


def test_early_stopping_restores_the_best_weights(small, clips):
    X, y = clips
    rng = np.random.default_rng(0)
    words = small(
        epochs=60, early_stopping=True, n_iter_no_change=3, validation_fraction=0.3
    ).fit(X, rng.permutation(y))  # nothing to learn: the loss soon rises
    losses = words.history_["val_loss"]
    assert words.n_iter_ == len(losses) == int(np.argmin(losses)) + 1 + 3 < 60


def test_validation_part_holds_out_groups(clips):
    from skkws.classifiers._examples import split_off_validation, weighted_examples

    X, y = clips
    codes = np.unique(y, return_inverse=True)[1]
    groups = np.arange(len(y)) // 4
    X = X + 100 * groups[:, None, None]  # so that a clip tells its group
    train, validation = split_off_validation(
        weighted_examples(X, codes, groups=groups), 0.2, 0, WORDS
    )
    heard = [set(np.rint(part.X.mean((1, 2)) / 100)) for part in (train, validation)]
    assert not heard[0] & heard[1]
    assert len(validation.X) >= 6
    stratified = split_off_validation(weighted_examples(X, codes), 0.3, 0, WORDS)[1]
    assert np.bincount(stratified.codes).tolist() == [4, 4, 4]


def test_validation_part_of_more_than_half_the_groups(clips):
    from skkws.classifiers._examples import split_off_validation, weighted_examples

    X, y = clips
    codes = np.unique(y, return_inverse=True)[1]
    examples = weighted_examples(X, codes, groups=np.arange(len(y)) // 4)
    train, validation = split_off_validation(examples, 0.8, 0, WORDS)
    assert not set(train.groups) & set(validation.groups)
    assert len(train.X) == 8
    assert len(validation.X) == 32


def test_too_few_clips_for_groups(small, clips):
    X, y = clips
    with pytest.raises(ValueError, match="needs 10 clips of some word, and none .* 4"):
        small(early_stopping=True).fit(X[:12], y[:12], groups=np.arange(12))


def test_too_few_groups(small, clips):
    X, y = clips
    with pytest.raises(
        ValueError, match="needs 10 groups of clips, and there are 6: .* is 1/6"
    ):
        small(early_stopping=True).fit(X, y, groups=np.arange(len(y)) % 6)
    words = small(early_stopping=True, validation_fraction=0.167, epochs=1)
    words.fit(X, y, groups=np.arange(len(y)) % 6)
    with pytest.raises(ValueError, match="there are 6: .* is 1 - 1/6"):
        words.set_params(validation_fraction=0.99).fit(X, y, groups=y.argsort() % 6)
    with pytest.raises(ValueError, match="groups has one group alone, but validation"):
        words.fit(X, y, groups=np.zeros(len(y)))


@pytest.mark.parametrize(
    ("fraction", "share"), [(0.4, 1 / 3), (0.29, 1 / 4), (0.6, 2 / 3), (0.5, 1 / 2)]
)
def test_the_validation_part_is_the_nearest_that_groups_allow(fraction, share):
    codes = np.arange(240) % 2
    examples = Examples(codes, codes, np.ones(240), np.arange(240) // 2)
    train, validation = split_off_validation(examples, fraction, 0, ["a", "b"])
    assert len(validation.codes) == 240 * share
    assert len(train.codes) == 240 - len(validation.codes)


def test_a_word_of_one_clip_cannot_be_validated(small, clips):
    X, y = clips
    y = np.where(np.arange(len(y)) == 5, "left", y)
    with pytest.raises(ValueError, match="early_stopping .* word 'left' has only one"):
        small(early_stopping=True).fit(X, y)


def test_explicit_validation_data(small, clips):
    X, y = clips
    words = small(early_stopping=True).fit(
        X[:30], y[:30], validation_data=(X[30:], y[30:])
    )
    log_proba = words.predict_log_proba(X[30:])
    codes = np.searchsorted(words.classes_, y[30:])
    best = -log_proba[np.arange(10), codes].mean()
    assert_allclose(min(words.history_["val_loss"]), best, rtol=1e-4)
    same = small(early_stopping=True).fit(X[:30], y[:30], X_val=X[30:], y_val=y[30:])
    assert same.history_ == words.history_
    shown = small().fit(X[:30], y[:30], validation_data=(X[30:], y[30:]))
    assert len(shown.history_["val_accuracy"]) == 3


def test_validation_data_walks_through_the_pipeline(small, clips):
    from sklearn import config_context

    X, y = clips
    with config_context(enable_metadata_routing=True):
        classifier = small().set_fit_request(X_val=True, y_val=True)
        steps = [("half", FunctionTransformer(lambda x: x / 2)), ("words", classifier)]
        pipe = Pipeline(steps, transform_input=["X_val"])
        pipe.fit(X[:30], y[:30], X_val=X[30:], y_val=y[30:])
    by_hand = small().fit(X[:30] / 2, y[:30], validation_data=(X[30:] / 2, y[30:]))
    assert pipe["words"].history_ == by_hand.history_


def test_warm_start_goes_on(small, clips):
    X, y = clips
    words = small(warm_start=True, learning_rate_schedule="constant").fit(X, y)
    first = words.history_["loss"]
    words.fit(X, y)
    assert words.n_iter_ == 6
    assert words.history_["loss"][:3] == first
    assert words.history_["loss"][3] < first[0]


def test_partial_fit_equals_fit_at_a_constant_rate(small, clips):
    X, y = clips
    whole = small(learning_rate_schedule="constant", dropout=0, augment=None).fit(X, y)
    parts = clone(whole)
    for _ in range(3):
        parts.partial_fit(X, y, classes=np.unique(y))
    assert_allclose(parts.predict_proba(X), whole.predict_proba(X), rtol=1e-5)
    assert parts.n_iter_ == 3
    assert_allclose(parts.history_["loss"], whole.history_["loss"], rtol=1e-5)


def test_callbacks_are_called_and_let_go(small, clips):
    import keras

    class Stop(keras.callbacks.Callback):
        seen = ()

        def on_train_batch_end(self, batch, logs=None):
            self.seen = (*self.seen, batch)

        def on_epoch_end(self, epoch, logs=None):
            self.logs = dict(logs)
            self.model.stop_training = epoch == 1

    stop = Stop()
    words = small(epochs=9, callbacks=[stop], batch_size=20).fit(*clips)
    assert words.n_iter_ == 2
    assert stop.seen == (0, 1, 0, 1)
    assert stop.logs["loss"] == words.history_["loss"][1]
    assert stop.model is None


def test_what_a_callback_changes_in_the_network_holds_for_that_fit_alone(small, clips):
    import keras

    class DropMore(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            for layer in self.model.layers:
                if isinstance(layer, keras.layers.Dropout):
                    layer.rate = 0.9

    def losses(callback):
        params = {"dropout": 0.2, "epochs": 2, "callbacks": [callback]}
        return small(**params).fit(*clips).history_["loss"]

    before = losses(keras.callbacks.Callback())
    assert losses(DropMore()) != before
    assert losses(keras.callbacks.Callback()) == before


def test_a_callback_that_freezes_layers_is_refused(small, clips):
    import keras

    class Freeze(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.layers[-1].trainable = epoch == 0

    with pytest.raises(ValueError, match="^A callback has changed which layers are tr"):
        small(epochs=2, callbacks=[Freeze()]).fit(*clips)
    small(callbacks=[keras.callbacks.Callback()]).fit(*clips)


def test_callbacks_of_batches_know_the_loss(small, clips):
    import keras

    seen = []

    class Batches(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append((batch, logs["loss"]))
            self.model.stop_training = len(seen) == 3

    words = small(callbacks=[Batches()], batch_size=20).fit(*clips)
    assert [batch for batch, _ in seen] == [0, 1, 0]
    assert words.history_["loss"][0] == seen[1][1]
    assert words.n_iter_ == 2


def test_checkpoints_hold_the_network(small, clips, tmp_path):
    import keras

    path = tmp_path / "words.keras"
    words = small(callbacks=[keras.callbacks.ModelCheckpoint(path)]).fit(*clips)
    saved = keras.models.load_model(path)
    for array, fitted in zip(
        saved.get_weights(), words.model_.get_weights(), strict=True
    ):
        assert_array_equal(array, fitted)


def test_a_table_of_epochs_is_no_obstacle_to_saving(small, clips, tmp_path):
    import keras

    path = tmp_path / "epochs.csv"
    words = small(callbacks=[keras.callbacks.CSVLogger(path)]).fit(*clips)
    assert path.read_text().startswith("epoch,")
    clone(pickle.loads(pickle.dumps(words))).fit(*clips)


def test_optimizers_may_average_weights(small, clips):
    import keras

    X, y = clips
    probabilities = []
    for use_ema in False, True:
        optimizer = keras.optimizers.Adam(0.01, use_ema=use_ema, ema_momentum=0.5)
        words = small(optimizer=optimizer).fit(X, y)
        probabilities.append(words.predict_proba(X))
    assert np.abs(probabilities[0] - probabilities[1]).max() > 1e-3


def test_groups_and_weights_go_together(small, clips):
    X, y = clips
    words = small(early_stopping=True, validation_fraction=0.25)
    weight = (np.arange(40) > 4).astype(float)
    words.fit(X, y, sample_weight=weight, groups=np.arange(40) // 4)
    assert "val_loss" in words.history_


def test_image_data_format_does_not_matter(small, clips):
    import keras

    plain = small().fit(*clips).predict_proba(clips[0])
    before = keras.config.image_data_format()
    keras.config.set_image_data_format("channels_first")
    try:
        assert_array_equal(small().fit(*clips).predict_proba(clips[0]), plain)
    finally:
        keras.config.set_image_data_format(before)


def test_learning_rate_callback_acts(small, clips):
    import keras

    rates = []
    scheduler = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.0)
    watch = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: rates.append(
            float(np.asarray(logs["learning_rate"]))
        )
    )
    words = small(
        callbacks=[scheduler, watch],
        learning_rate_schedule="constant",
        optimizer="adam",
        dropout=0,
        augment=None,
        batch_norm=False,
    ).fit(*clips)
    assert rates == [0, 0, 0]
    assert_allclose(words.history_["loss"], words.history_["loss"][0], rtol=1e-5)


def test_optimizer_by_name_object_and_config(small, clips):
    import keras

    X, y = clips
    by_name = small(
        optimizer="sgd", learning_rate=0.1, learning_rate_schedule="constant"
    )
    expected = by_name.fit(X, y).predict_proba(X)
    optimizer = keras.optimizers.SGD(0.1)
    by_object = clone(small(optimizer=optimizer)).fit(X, y)
    assert_allclose(by_object.predict_proba(X), expected, rtol=1e-5)
    assert not optimizer.built
    import pickle

    by_config = clone(pickle.loads(pickle.dumps(by_object))).fit(X, y)
    assert_allclose(by_config.predict_proba(X), expected, rtol=1e-5)


def test_optimizers_may_accumulate_gradients(small, clips):
    import keras

    optimizer = keras.optimizers.Adam(0.01, gradient_accumulation_steps=2)
    assert len(small(optimizer=optimizer).fit(*clips).history_["loss"]) == 3


def test_what_an_optimizer_does_not_tell_is_refused(small, clips):
    import keras

    optimizer = keras.optimizers.AdamW(0.01)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    with pytest.raises(ValueError, match="^optimizer excludes weights from weight"):
        small(optimizer=optimizer).fit(*clips)


def test_a_learning_rate_that_keras_cannot_build_anew_is_refused(small, clips):
    import keras

    class Half(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return 0.5

        def get_config(self):
            return {}

    with pytest.raises(ValueError, match="^optimizer is a SGD, .* its learning rate"):
        small(optimizer=keras.optimizers.SGD(Half())).fit(*clips)


def test_a_scaled_loss_changes_nothing(small, clips):
    import keras

    def losses(optimizer):
        return small(optimizer=optimizer).fit(*clips).history_["loss"]

    plain, fixed = keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1)
    fixed.loss_scale_factor = 1024.0
    expected = losses(plain)
    assert_allclose(losses(fixed), expected, rtol=1e-4)
    own = keras.optimizers.LossScaleOptimizer(plain, dynamic_growth_steps=2)
    assert_allclose(losses(own), expected, rtol=1e-4)


@pytest.mark.parametrize("monitor", ["val_accuracy", "accuracy"])
def test_callbacks_know_that_accuracy_is_to_rise(small, clips, monitor):
    import keras

    callback = keras.callbacks.EarlyStopping(monitor, patience=1)
    words = small(epochs=2, callbacks=[callback])
    words.fit(*clips, validation_data=clips)
    assert callback.monitor_op is keras.ops.greater


def test_what_is_predicted_during_a_fit_is_forgotten_after_it(small, clips):
    import keras

    X, y = clips

    class Predict(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            words.predict(X[:2])
            seen.append(words.model_)

    seen, words = [], small(epochs=2).fit(X, y)
    words.set_params(callbacks=[Predict()], epochs=5).fit(X, y)
    assert_allclose(words.predict_proba(X[:2]), words.predict_proba(X)[:2], atol=1e-6)
    assert words.model_ not in seen
    for array, expected in zip(
        words.model_.get_weights(), words._state["weights"], strict=True
    ):
        assert_array_equal(array, expected)


def test_validation_calls_the_hooks_of_a_test(small, clips):
    import keras

    class Count(keras.callbacks.Callback):
        def on_test_begin(self, logs=None):
            called.append("begin")

        def on_test_end(self, logs=None):
            called.append(sorted(logs))

    called = []
    small(epochs=1, callbacks=[Count()]).fit(*clips, validation_data=clips)
    assert called == ["begin", ["accuracy", "loss"]]


def test_history_keeps_what_was_validated(small, clips):
    words = small(early_stopping=True, validation_fraction=0.25).fit(*clips)
    before = {name: list(values) for name, values in words.history_.items()}
    words.partial_fit(*clips)
    for name, values in before.items():
        assert words.history_[name][:-1] == values
    assert np.isnan(words.history_["val_loss"][-1])
    assert np.isfinite(words.history_["loss"][-1])


def test_weight_decay_is_that_of_adamw_by_name(small, clips):
    import keras

    X, y = clips

    def norm(**params):
        weights = small(**params).fit(X, y).model_.get_weights()
        return sum(np.square(array).sum() for array in weights)

    assert norm(weight_decay=30.0) < 0.9 * norm(weight_decay=0.0)
    assert norm(weight_decay=30.0, optimizer="adam") == norm(optimizer="adam")
    own = {"optimizer": keras.optimizers.AdamW(0.003, weight_decay=0.1)}
    assert norm(weight_decay=30.0, **own) == norm(**own)


def test_learning_rate_schedule_object(small, clips):
    import keras

    X, y = clips
    decay = keras.optimizers.schedules.ExponentialDecay(
        0.1, 1, 1e-9
    )  # one step, then none
    words = small(
        optimizer="sgd", learning_rate=decay, batch_size=40, epochs=4,
        dropout=0, augment=None, batch_norm=False,
    ).fit(X, y)  # fmt: skip
    losses = words.history_["loss"]
    assert losses[1] < losses[0]
    assert_allclose(losses[2:], losses[1], rtol=1e-4)


def test_augment_objects_are_tunable(small, clips):
    X, y = clips
    mild, strong = (
        small(augment=[TimeShift(shift)]).fit(X, y).history_ for shift in (0.1, 0.9)
    )
    assert mild != strong


def test_verbose_shows_a_progress_bar(small, clips, capsys):
    small(verbose=1).fit(*clips)
    assert "3/3" in capsys.readouterr().err
    small().fit(*clips)
    assert capsys.readouterr().err == ""


def test_random_state_none_differs(small, clips):
    X, y = clips
    one, other = (small(random_state=None).fit(X, y).predict_proba(X) for _ in range(2))
    assert abs(one - other).max() > 1e-4


def test_changed_augmentation_is_trained_with(small, clips):
    def history(shift):
        class Own:  # as when a cell of a notebook is edited and run again
            def get_params(self, deep=True):
                return {}

            def augment(self, X, targets, seed):
                return X + shift, targets

        return small(augment=[Own()]).fit(*clips).history_

    assert history(0.0) != history(3.0)


@pytest.mark.parametrize("optimizer", ["adam", "schedulefreeadamw", "muon", "lion"])
def test_the_fit_before_does_not_matter(small, clips, optimizer):
    X, y = clips

    def proba(seed):
        words = small(optimizer=optimizer, random_state=seed, epochs=2)
        return words.fit(X, y).predict_proba(X)

    first = proba(0)
    proba(7)
    assert_array_equal(proba(0), first)


def test_another_optimizer_starts_afresh(small, clips):
    X, y = clips
    words = small(optimizer="adam").fit(X, y).set_params(optimizer="sgd")
    words.partial_fit(X, y)
    assert words.n_iter_ == 4


def test_callbacks_may_change_weights_and_rates_in_an_epoch(small, clips):
    import keras

    def silence(batch, logs):
        network = watch.model
        network.set_weights([0 * array for array in network.get_weights()])

    watch = keras.callbacks.LambdaCallback(on_train_batch_end=silence)
    words = small(callbacks=[watch]).fit(*clips)
    assert not any(array.any() for array in words.model_.get_weights())


def test_checkpoints_of_weights_fit_the_model(small, clips, tmp_path):
    import keras

    path = tmp_path / "words.weights.h5"
    checkpoint = keras.callbacks.ModelCheckpoint(path, save_weights_only=True)
    words = small(callbacks=[checkpoint]).fit(*clips)
    before = words.model_.get_weights()
    words.model_.load_weights(path)
    for array, saved in zip(before, words.model_.get_weights(), strict=True):
        assert_array_equal(array, saved)


def test_numpy_integers(small, clips):
    filters, epochs = (np.int64(4),), np.int64(1)
    assert small(filters=filters, epochs=epochs).fit(*clips).n_iter_ == 1


def test_figures_of_an_epoch_are_those_of_its_clips(small, clips):
    X, y = clips
    n_clips = 9  # in two batches of five: one clip fills the last one
    words = small(augment=None, batch_size=5, epochs=60, learning_rate=0.02)
    history = words.fit(X[:n_clips], y[:n_clips]).history_
    assert max(history["accuracy"]) == pytest.approx(1, abs=1e-6)


def test_a_word_that_validation_would_take_whole_is_refused(clips):
    from skkws.classifiers._examples import split_off_validation, weighted_examples

    X, y = clips
    codes = np.unique(y, return_inverse=True)[1]
    groups = np.where(codes == 0, -1, np.arange(len(y)))  # one speaker's word
    examples = weighted_examples(X, codes, groups=groups)
    seeds = range(9)  # in some of them, that speaker is drawn
    with pytest.raises(ValueError, match="all clips of a word that few of the groups"):
        [split_off_validation(examples, 0.5, seed, WORDS) for seed in seeds]


def test_a_changed_augmentation_changes_no_compiled_step(small, clips):
    X, y = clips
    shift = TimeShift(0.1)
    expected = small(augment=[TimeShift(0.1)]).fit(X, y).predict_proba(X)
    small(augment=[shift]).fit(X, y)
    shift.set_params(max_shift=1.0)
    small(augment=[shift]).fit(X, y)
    found = small(augment=[TimeShift(0.1)]).fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(found, expected)


def test_enormous_weights_do_not_overflow(small, clips):
    X, y = clips
    expected = small().fit(X, y).predict_proba(X)
    found = small().fit(X, y, sample_weight=np.full(len(X), 1e308)).predict_proba(X)
    np.testing.assert_array_equal(found, expected)


def test_refused_augmentations(small, clips):
    with pytest.raises(TypeError, match="augment contains <class .*TimeShift'>, but"):
        small(augment=[TimeShift]).fit(*clips)
    with pytest.raises(ValueError, match="min_level is 0, but must not be above max_"):
        small(augment=[NoiseFloor(min_level=0, max_level=-3)]).fit(*clips)


def test_accuracy_is_a_share_however_much_clips_weigh(small, clips):
    X, y = clips
    # Hardly moved, the network stays the same throughout.
    words = small(augment=None, dropout=0.0, optimizer="sgd", learning_rate=1e-9)
    plain = clone(words).partial_fit(X, y, WORDS).history_["accuracy"]
    heavy = clone(words).partial_fit(X, y, WORDS, sample_weight=np.full(40, 10.0))
    assert heavy.history_["accuracy"] == pytest.approx(plain, abs=1e-6)
    assert 0 < plain[0] < 1


def test_weights_are_relative_to_those_of_the_clips_to_learn_from(clips):
    from skkws.classifiers._examples import split_off_validation, weighted_examples

    X, y = clips
    codes = np.unique(y, return_inverse=True)[1]
    weight = np.where(np.arange(len(y)) == 0, 1000.0, 1.0)
    for seed in range(9):  # the heavy clip is now here, now there
        train, _ = split_off_validation(
            weighted_examples(X, codes, weight), 0.3, seed, WORDS
        )
        assert train.weight.mean() == pytest.approx(1, abs=1e-5)
