"""What both classifiers share: scikit-learn's side of a Keras network."""

import contextlib
from abc import ABC, abstractmethod
from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions

from .._validation import all_or_nothing
from ._backend import refuse_after_fork
from ._examples import (
    check_classes,
    checked_clips,
    split_off_validation,
    weighted_examples,
)
from ._prediction import FittedNetwork, drop_derived


class KerasClassifier(FittedNetwork, ClassifierMixin, BaseEstimator, ABC):
    """Base of the classifiers: subclasses say which network, this does the rest.

    The fitted network is plain data, `_state`: its architecture as JSON and its
    weights as NumPy arrays. Keras comes in when there is something to compute.
    """

    _parameter_constraints = {
        "epochs": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "batch_size": [
            Interval(Integral, 1, None, closed="left"),
            StrOptions({"auto"}),
        ],
        "optimizer": "no_validation",  # checked where it is built
        "learning_rate": "no_validation",
        "learning_rate_schedule": [StrOptions({"cosine", "constant"})],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
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
        weight_decay,
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
        self.weight_decay = weight_decay
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
        TypeError
            If `augment` or `callbacks` has an entry that is no augmentation or no
            callback, or X is a list of paths.
        """
        if validation_data is not None:
            if (
                not isinstance(validation_data, tuple | list)
                or len(validation_data) != 2
            ):
                raise ValueError(
                    f"validation_data is {_described(validation_data)}, but must be "
                    "the pair (X_val, y_val)."
                )
            if X_val is not None or y_val is not None:
                raise ValueError(
                    "validation_data is given beside X_val or y_val, but is the pair "
                    "of them: leave one of the two out."
                )
            X_val, y_val = validation_data
            if X_val is None and y_val is None:
                raise ValueError(
                    "validation_data is a pair of None, but must be (X_val, y_val)."
                )
        if (X_val is None) != (y_val is None):
            given, missing = ("y_val", "X_val")[:: 1 if X_val is None else -1]
            raise ValueError(f"{given} is given, but {missing} is not.")
        with self._all_or_nothing():
            self._validate_params()
            resume = self.warm_start and hasattr(self, "_state")
            X, codes = checked_clips(self, X, y, reset=not resume)
            examples = weighted_examples(
                X, codes, sample_weight, self.class_weight, self.classes_, groups
            )
            if len(np.unique(examples.codes)) < 2:
                word = self.classes_.tolist()[examples.codes[0]]
                weighs = " with a weight" if len(np.unique(codes)) > 1 else ""
                raise ValueError(
                    f"{type(self).__name__} needs clips of at least two classes, but "
                    f"y has only one class{weighs}: {word!r}."
                )
            if not resume:
                self._start()
            validation = None
            if X_val is not None:
                try:
                    clips = checked_clips(self, X_val, y_val, reset=False)
                except (ValueError, TypeError) as error:
                    kind = TypeError if isinstance(error, TypeError) else ValueError
                    raise kind(f"In the validation data, {error}") from error
                validation = weighted_examples(*clips)
            elif self.early_stopping:
                examples, validation = split_off_validation(
                    examples,
                    self.validation_fraction,
                    self._seed,
                    self.classes_.tolist(),
                )
            self._learn(examples, validation, epochs=self.epochs)
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
            How much each clip counts: as much as one of weight 1 of any call, times
            this. In `fit`, only proportions count.

        Returns
        -------
        self
            The classifier, one epoch further on.
        """
        first = not hasattr(self, "_state")
        if first and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        if classes is not None:
            check_classes(classes)
        if not (
            first
            or classes is None
            or np.array_equal(np.unique(classes), self.classes_)
        ):
            raise ValueError(
                f"classes is {list(classes)!r}, but must be as on the first call to "
                f"partial_fit: {self.classes_.tolist()!r}."
            )
        if self.class_weight == "balanced":
            raise ValueError(
                "class_weight is 'balanced', but partial_fit cannot know how many "
                "clips of each word are to come: give a dict."
            )
        with self._all_or_nothing():
            self._validate_params()
            X, codes = checked_clips(self, X, y, reset=first, classes=classes)
            examples = weighted_examples(
                X,
                codes,
                sample_weight,
                self.class_weight,
                self.classes_,
                relative=False,
            )
            if first:
                self._start()
            self._learn(examples, epochs=1, go_on=True)
        return self

    def _start(self):
        """Begin with an untrained network."""
        from ._learning import untrained_state

        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self._state = untrained_state(self)
        self.n_iter_ = 0
        self.history_ = {}

    def _learn(self, examples, validation=None, *, epochs, go_on=False):
        """Train the network of `_state` and set what comes of it."""
        from ._learning import trained_state

        self._state, history = trained_state(self, examples, validation, epochs, go_on)
        n_before, n_new = self.n_iter_, len(history["loss"])
        self.n_iter_ += n_new
        self.history_ = {
            name: self.history_.get(name, [np.nan] * n_before)
            + history.get(name, [np.nan] * n_new)
            for name in {**self.history_, **history}
        }

    @contextlib.contextmanager
    def _all_or_nothing(self):
        """Undo all changes if what follows fails; forget what is made of the state."""
        refuse_after_fork()
        with all_or_nothing(self):
            drop_derived(vars(self))
            yield

    def __getstate__(self):
        state = super().__getstate__().copy()
        drop_derived(state)
        for name in ("optimizer", "learning_rate"):
            if hasattr(state[name], "get_config"):
                # A Keras object belongs to one backend; its plain form to none.
                from ._training import plain

                state[name] = plain(state[name])
        return state

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.non_deterministic = self.random_state is None
        return tags


def _described(value):
    """Name a type and, of a sequence, the number of entries."""
    kind = type(value).__name__
    n_entries = f" of {len(value)}" if isinstance(value, tuple | list) else ""
    return f"a {kind}{n_entries}"
