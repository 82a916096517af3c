"""What a fitted network says: words, probabilities, and what it is."""

from copy import copy

import numpy as np
from sklearn.utils.validation import check_is_fitted

from .._diagram import diagram_block
from .._threads import one_blas_thread
from .._validation import check_spectrograms
from ._examples import check_input_shape
from ._one_clip import network_for_one_clip
from ._probabilities import log_proba_from
from ._summary import summary_of

# Of the fitted network in a pickle; old formats stay readable.
STATE_FORMAT = 1

# Up to here, one clip after the other is faster than a compiled call of 64
# (benchmarks/prediction.py).
FEW_CLIPS = 8


class FittedNetwork:
    """Predictions of a classifier with a fitted network, as plain data, in `_state`."""

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
        if "_state" not in vars(self):  # scikit-learn's check takes some microseconds
            check_is_fitted(self)
        check_input_shape(self, X)
        X = check_spectrograms(self, X, reset=False)
        check_input_shape(self, X)
        return self._log_proba(X)

    def _log_proba(self, X):
        """Predict from spectrograms that are known to be fit for the network."""
        state = self._state
        if len(X) <= FEW_CLIPS:
            logits_of = self._derived("_one_clip", state, _network_for_one_clip)
            if logits_of is not None:
                with one_blas_thread():
                    logits = np.stack([logits_of(clip) for clip in X])
                return log_proba_from(logits)
        from ._engine import borrowed_engine

        with borrowed_engine(state["architecture"], state["weights"]) as engine:
            return log_proba_from(engine.logits(X))

    def _derived(self, name, state, make):
        """Return what is made of a fitted state, and kept with it: a fit may go on."""
        made = vars(self).get(name)
        if made is None or made[0] is not state:
            made = state, make(state)
            setattr(self, name, made)
        return made[1]

    @property
    def model_(self):
        """A Keras model with the fitted weights, from spectrograms to logits.

        It is one object, made when it is first asked for, and a copy: to train it
        further or set its weights changes it for all who ask, but not what the
        classifier predicts.
        """
        if "_state" not in vars(self):
            raise AttributeError(f"This {type(self).__name__} is not fitted yet.")
        return self._derived("_model", self._state, _fitted_model)

    def __setstate__(self, state):
        written = state["_state"]["format"] if "_state" in state else STATE_FORMAT
        if written > STATE_FORMAT:
            raise ValueError(
                f"This {type(self).__name__} was saved by a newer skkws, in format "
                f"{written} of its network, but this one reads formats up to "
                f"{STATE_FORMAT}."
            )
        super().__setstate__(state)

    def _sk_visual_block_(self):
        """Say in scikit-learn's diagram what the network is, once there is one."""
        name, caption = type(self).__name__, None
        if "_state" in vars(self):
            caption = summary_of(self._state, self.input_shape_, self.n_iter_)
        details = str(self)
        return diagram_block(
            "single", self, names=name, name_details=details, name_caption=caption
        )

    def _get_fitted_attr_html(self, doc_link=""):
        """List the fitted attributes in that diagram, but build no Keras model."""
        shown = copy(self)
        if "_state" in vars(self):
            shown._model = self._state, None
        attributes = super(FittedNetwork, shown)._get_fitted_attr_html(doc_link)
        del attributes["model_"]
        return attributes


def _network_for_one_clip(state):
    return network_for_one_clip(state["architecture"], state["weights"])


def _fitted_model(state):
    from ._engine import own_settings
    from ._networks import fitted_network

    with own_settings():
        return fitted_network(state)


def drop_derived(attributes):
    """Leave out what is made of a fitted state when it is needed."""
    for name in ("_model", "_one_clip"):
        attributes.pop(name, None)
