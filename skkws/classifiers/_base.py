"""What both classifiers share: scikit-learn's side of a Keras network."""

import contextlib
from abc import ABC, abstractmethod
from inspect import signature
from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from .._validation import check_spectrograms
from ._augment import augmentations_for
from ._probabilities import log_proba_from

STATE_FORMAT = 1  # of the fitted network in a pickle; old formats stay readable


class KerasClassifier(ClassifierMixin, BaseEstimator, ABC):
    """Base of the classifiers: subclasses say which network, this does the rest.

    The fitted network is plain data, `_state`: its architecture as JSON and its
    weights as NumPy arrays. Keras comes in when there is something to compute.
    """

    _parameter_constraints = {
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "optimizer": "no_validation",  # checked where it is built
        "learning_rate": "no_validation",
        "learning_rate_schedule": [StrOptions({"cosine", "constant"})],
        "label_smoothing": [Interval(Real, 0, 1, closed="left")],
        "augment": [StrOptions({"auto"}), list, tuple, None],
        "class_weight": [StrOptions({"balanced"}), dict, None],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "warm_start": ["boolean"],
        "callbacks": [list, tuple, None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        *,
        epochs,
        batch_size,
        optimizer,
        learning_rate,
        learning_rate_schedule,
        label_smoothing,
        augment,
        class_weight,
        early_stopping,
        validation_fraction,
        n_iter_no_change,
        warm_start,
        callbacks,
        random_state,
        verbose,
    ):
        self.epochs = epochs
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.learning_rate_schedule = learning_rate_schedule
        self.label_smoothing = label_smoothing
        self.augment = augment
        self.class_weight = class_weight
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.callbacks = callbacks
        self.random_state = random_state
        self.verbose = verbose

    @abstractmethod
    def _network_builder(self):
        """Return the function that builds the network from the own parameters."""

    def fit(
        self,
        X,
        y,
        sample_weight=None,
        *,
        groups=None,
        validation_data=None,
        X_val=None,
        y_val=None,
    ):
        """Learn the words of the clips X.

        Parameters
        ----------
        X : array-like, shape (n_clips, n_frames, n_bins)
            Spectrograms; a trailing axis of length one may follow, and 2-D input is
            read as one bin a frame.
        y : array-like, shape (n_clips,)
            The word of each clip, of any type.
        sample_weight : array-like, shape (n_clips,), default=None
            How much each clip counts.
        groups : array-like, shape (n_clips,), default=None
            Speakers. Early stopping then validates on speakers that it does not
            train on.
        validation_data : tuple (X_val, y_val), default=None
            Clips to validate on after each epoch, in place of a part of X.
        X_val, y_val : array-like, default=None
            The same, as scikit-learn names it: what ``Pipeline(transform_input=
            ["X_val"])`` sends through the steps before.

        Returns
        -------
        self
            The fitted classifier.

        Raises
        ------
        ValueError
            If the data or a parameter cannot be used. As with any error, or Ctrl-C,
            the classifier then stays as it was before.
        """
        if validation_data is not None:
            X_val, y_val = validation_data
        resume = self.warm_start and hasattr(self, "_state")
        with self._all_or_nothing():
            self._validate_params()
            X, codes, weight = self._check_examples(
                X, y, sample_weight, classes=None, reset=not resume
            )
            if not resume:
                self._start(X)
            self._learn(X, codes, weight, groups, X_val, y_val)
        return self

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Learn from X for one epoch more.

        Parameters
        ----------
        X : array-like, shape (n_clips, n_frames, n_bins)
            Spectrograms, as for `fit`.
        y : array-like, shape (n_clips,)
            The word of each clip.
        classes : array-like, shape (n_classes,), default=None
            All words there are; needed in the first call.
        sample_weight : array-like, shape (n_clips,), default=None
            How much each clip counts.

        Returns
        -------
        self
            The classifier, one epoch further on.
        """
        first = not hasattr(self, "_state")
        with self._all_or_nothing():
            self._validate_params()
            if first and classes is None:
                raise ValueError(
                    "classes must be passed on the first call to partial_fit."
                )
            X, codes, weight = self._check_examples(
                X, y, sample_weight, classes=classes, reset=first
            )
            if first:
                self._start(X)
            self._learn(X, codes, weight, incremental=True)
        return self

    def predict(self, X):
        """Predict the word of each clip.

        Parameters
        ----------
        X : array-like, shape (n_clips, n_frames, n_bins)
            Spectrograms.

        Returns
        -------
        ndarray, shape (n_clips,)
            The most probable words.
        """
        best = self.predict_log_proba(X).argmax(axis=1)
        return self.classes_[best]

    def predict_proba(self, X):
        """Predict how probable each word is in each clip.

        Parameters
        ----------
        X : array-like, shape (n_clips, n_frames, n_bins)
            Spectrograms.

        Returns
        -------
        ndarray, shape (n_clips, n_classes)
            Probabilities, float32, in the order of `classes_`.
        """
        return np.exp(self.predict_log_proba(X))

    def predict_log_proba(self, X):
        """Predict the natural logarithm of `predict_proba`, without its underflow.

        Parameters
        ----------
        X : array-like, shape (n_clips, n_frames, n_bins)
            Spectrograms.

        Returns
        -------
        ndarray, shape (n_clips, n_classes)
            Logarithms of probabilities, float32, in the order of `classes_`.
        """
        from ._engine import borrowed_engine

        check_is_fitted(self)
        X = check_spectrograms(self, X, reset=False)
        self._check_input_shape(X)
        state = self._state
        with borrowed_engine(state["architecture"], state["weights"]) as engine:
            return log_proba_from(engine.logits(X))

    @property
    def model_(self):
        """A Keras model with the fitted weights, from spectrograms to logits.

        It is a copy: training it further does not change the classifier.
        """
        if "_state" not in vars(self):
            raise AttributeError(f"This {type(self).__name__} is not fitted yet.")
        if "_model" not in vars(self):
            from ._networks import network_from

            self._model = network_from(self._state["architecture"])
            self._model.set_weights(self._state["weights"])
        return self._model

    def _check_examples(self, X, y, sample_weight, classes, reset):
        """Return X, the class index of each clip and its weight; set classes_."""
        X, y = check_spectrograms(self, X, y, reset=reset)
        check_classification_targets(y)
        if reset:
            self.classes_ = np.unique(y if classes is None else classes)
            self.input_shape_ = X.shape[1:]
        self._check_input_shape(X)
        strange = np.setdiff1d(y, self.classes_)
        if len(strange):
            raise ValueError(
                f"y contains {strange[0]!r}, but the classes are "
                f"{', '.join(map(repr, self.classes_.tolist()))}."
            )
        weight = _check_sample_weight(
            sample_weight, X, dtype=np.float64, ensure_non_negative=True
        )
        codes = np.searchsorted(self.classes_, y)
        counts = weight > 0
        if classes is None and len(np.unique(codes[counts])) < 2 and reset:
            raise ValueError(
                f"{type(self).__name__} needs clips of at least two classes, but y has "
                f"only one class: {y[0]!r}."
            )
        if self.class_weight is not None:
            by_class = compute_class_weight(
                self.class_weight, classes=self.classes_, y=y
            )
            weight = weight * by_class[codes]
        if not counts.any():
            raise ValueError("sample_weight is zero for every clip.")
        if not counts.all():  # a clip of weight zero is as good as absent
            X, codes, weight = X[counts], codes[counts], weight[counts]
        return X, codes, (weight / weight.mean()).astype(np.float32)

    def _check_input_shape(self, X):
        if X.shape[1:] != self.input_shape_:
            n_frames, n_bins = self.input_shape_
            raise ValueError(
                f"X has {X.shape[1]} frames of {X.shape[2]} bins, but "
                f"{type(self).__name__} was fitted on {n_frames} frames of {n_bins}."
            )

    def _start(self, X):
        """Set the untrained network."""
        from ._networks import architecture_of

        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        build = self._network_builder()
        names = [
            name
            for name, parameter in signature(build).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY
        ]
        network = build(
            X.shape[1:],
            len(self.classes_),
            self._seed,
            **{name: getattr(self, name) for name in names},
        )
        self._state = {
            "format": STATE_FORMAT,
            "architecture": architecture_of(network),
            "weights": network.get_weights(),
            "optimizer": None,
        }
        self.n_iter_ = 0
        self.history_ = {}

    def _learn(
        self, X, codes, weight, groups=None, X_val=None, y_val=None, incremental=False
    ):
        """Train the network of `_state` and set what comes of it."""
        from ._engine import borrowed_engine
        from ._fitting import Examples, run_epochs, split_off_validation
        from ._training import Recipe, optimizer_config

        examples, validation = Examples(X, codes, weight), None
        if X_val is not None:
            validation = Examples(
                *self._check_examples(X_val, y_val, None, classes=(), reset=False)
            )
        elif self.early_stopping and not incremental:
            examples, validation = split_off_validation(
                examples, self.validation_fraction, groups, self._seed
            )
        epochs = 1 if incremental else self.epochs
        batch_size = self.batch_size
        if batch_size == "auto":
            batch_size = int(np.clip(len(X) // 16, 8, 64))
        recipe = Recipe(
            optimizer_config(self.optimizer, self.learning_rate),
            augmentations_for(self.augment, X),
        )
        state = self._state
        with borrowed_engine(state["architecture"], state["weights"]) as engine:
            trainer = engine.trainer(recipe)
            trainer.reset(
                self._seed, self.n_iter_, state["optimizer"] if incremental else None
            )
            history = run_epochs(
                engine,
                trainer,
                examples,
                examples.targets(len(self.classes_), self.label_smoothing),
                first_epoch=self.n_iter_,
                epochs=epochs,
                batch_size=batch_size,
                highest_rate=self._highest_rate() if not incremental else None,
                seed=self._seed,
                validation=validation,
                patience=(
                    self.n_iter_no_change
                    if self.early_stopping and validation is not None
                    else None
                ),
                callbacks=list(self.callbacks or []),
                verbose=self.verbose,
            )
            weights = engine.network.get_weights()
            engine.loaded = weights
            self._state = {
                **state,
                "weights": weights,
                "optimizer": trainer.optimizer_state(),
            }
        self.n_iter_ += len(history["loss"])
        self.history_ = {
            name: self.history_.get(name, []) + values
            for name, values in history.items()
        }

    def _highest_rate(self):
        """The peak of the cosine, or None where the optimizer has rates of its own."""
        by_name = isinstance(self.optimizer, str)
        number = isinstance(self.learning_rate, Real)
        if by_name and number and self.learning_rate_schedule == "cosine":
            return self.learning_rate
        return None

    @contextlib.contextmanager
    def _all_or_nothing(self):
        """Undo all changes to the estimator if what follows fails or is interrupted."""
        before = vars(self).copy()
        try:
            vars(self).pop("_model", None)
            yield
        except BaseException:
            vars(self).clear()
            vars(self).update(before)
            raise

    def __getstate__(self):
        state = super().__getstate__().copy()
        state.pop("_model", None)
        return state

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.non_deterministic = self.random_state is None
        return tags
