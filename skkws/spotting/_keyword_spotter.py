"""Words in long recordings and live streams, by any classifier of clips."""

from sklearn import get_config
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    MetaEstimatorMixin,
    clone,
)
from sklearn.utils import get_tags
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.metaestimators import available_if

from .._diagram import diagram_block
from .._validation import all_or_nothing
from ._listening import Listening
from ._settings import (
    check_proba,
    check_settings,
    classifier_of,
    fitted_attribute,
    labels_of,
    rejected_of,
    timing_of,
)
from ._windows import as_heard, fit_to_windows


def _estimator_has(name):
    return lambda spotter: hasattr(
        getattr(spotter, "estimator_", spotter.estimator), name
    )


class KeywordSpotter(Listening, ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Find words in recordings of any length with a classifier of clips.

    A window slides over the recording, and the classifier says how probable each word
    is in it. Where the mean over a few windows has a peak over the word's threshold,
    the word was heard.

    Parameters
    ----------
    estimator : classifier
        A Pipeline, or another classifier, from waveforms to words with
        `predict_proba`. One that is fitted can be used at once; `fit` fits a clone.
        It hears samples from -1 to 1, which one that is fitted must have learnt from,
        unless it scales integers itself, as `LogSpectrogram` does.
    hop : float, default=0.1
        From one window to the next, in seconds. What lies between windows that are
        shorter is not heard.
    smoothing : float, default=0.3
        Seconds of hops over which probabilities are averaged; 0 for none.
    patience : float, default=0.2
        How long is waited for a higher score, in seconds, before a word is
        reported. It makes a stream's reports late, as half of `smoothing` does:
        see `delay_`.
    threshold : float or dict, default=0.5
        Lowest score that counts: for all words, or for each; a word that a dict leaves
        out has 0.5. `tune` finds better ones.
    refractory : float, default=None
        Seconds after a detection in which there is no other. None means .3 less than
        the length of a window, in which a short word is heard for as long, but at
        least 0.7.
    reject : sequence, default=None
        Classes that are no words to spot. None means those of ``"_unknown_"`` and
        ``"_silence_"`` that the classifier knows.
    sr : int, default=None
        Rate of the classifier's waveforms in Hz. None means that of the Pipeline's
        first step that has one.
    duration : float, default=None
        Length of a window in seconds. None means that of the clips that the
        classifier was fitted with.
    n_views : int, default=4
        In how many windows `fit` shows each clip, as a stream does: its word off the
        middle, and, as no word, once more cut off at one end. It does so where the
        clips have a class to reject and all the same length. A window takes as much
        memory as a clip, or only as its spectrogram where the Pipeline begins with
        `LogSpectrogram`, after `LoadAudio` and `AddNoise` or without. A search, and
        a network that stops early as the last step of a Pipeline, also of a search's,
        are validated on windows of other clips; what lies deeper is not. None is to
        fit to the clips as they are, and so is it where a search loads them.
    random_state : int, RandomState instance or None, default=None
        Draws these windows.
    verbose : int, default=0
        Whether to show a progress bar while a recording is read.

    Attributes
    ----------
    estimator_ : classifier
        The fitted clone; only after `fit`.
    thresholds_ : dict
        Threshold of each word; only after `tune`, and then in place of `threshold`.
    classes_ : ndarray, shape (n_classes,)
        All classes of the classifier.
    n_features_in_ : int
        Number of features of a clip, such as samples, seen in the classifier's fit.
    words_ : list
        The classes to spot.
    delay_ : float
        Seconds of audio from the end of a detection until a stream reports it:
        `patience`, and half of what `smoothing` is longer than a hop, all in whole
        hops. At the start of a stream, where fewer windows are averaged, it is less;
        in one of another rate than the classifier's it is more, by what the resampler
        waits for: the longer, the lower the two rates are.

    See Also
    --------
    Stream : What `stream` returns.
    detection_error_curve : Misses against false alarms an hour.

    Notes
    -----
    A Pipeline that begins with `LogSpectrogram`, without `center` and `top_db`, turns
    every sample into a frame only once, if `hop` is a multiple of the frames' own.

    Windows are classified one at a time, so that pushing a recording in chunks gives
    exactly the detections of `detect`.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skkws import KerasGRUClassifier, LogSpectrogram, Normalize
    >>> from skkws.datasets import make_spoken_words
    >>> from skkws.spotting import KeywordSpotter
    >>> clips = make_spoken_words(["yes", "no"], 20, random_state=0)
    >>> words = make_pipeline(LogSpectrogram(), Normalize(),
    ...                       KerasGRUClassifier(epochs=2, random_state=0))
    >>> spotter = KeywordSpotter(words).fit(clips.data, clips.target)
    >>> recording = clips.data[:3].ravel()
    >>> for word, start, end, score in spotter.detect(recording):
    ...     pass
    """

    def __init__(
        self,
        estimator,
        *,
        hop=0.1,
        smoothing=0.3,
        patience=0.2,
        threshold=0.5,
        refractory=None,
        reject=None,
        sr=None,
        duration=None,
        n_views=4,
        random_state=None,
        verbose=0,
    ):
        self.estimator = estimator
        self.hop = hop
        self.smoothing = smoothing
        self.patience = patience
        self.threshold = threshold
        self.refractory = refractory
        self.reject = reject
        self.sr = sr
        self.duration = duration
        self.n_views = n_views
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X, y, **fit_params):
        """Fit a clone of the classifier to clips.

        Parameters
        ----------
        X : array-like
            Clips, as the classifier takes them. Integers of up to 32 bits are brought
            to the range from -1 to 1, as those of recordings are; others, whose type
            does not tell the loudest number, are taken as they are.
        y : array-like, shape (n_clips,)
            The word of each clip.
        **fit_params : dict
            What else the classifier's `fit` takes.

        Returns
        -------
        KeywordSpotter
            This spotter.

        Raises
        ------
        ValueError
            If a parameter cannot be used; also what the classifier raises. The spotter
            then stays as it was.
        """
        if fit_params and get_config()["enable_metadata_routing"]:
            fit_params = process_routing(self, "fit", **fit_params).estimator.fit
        with all_or_nothing(self):
            check_settings(self, X, labels_of(y))
            estimator = clone(self.estimator)
            fit_to_windows(
                estimator,
                X,
                y,
                self.n_views,
                rejected_of(self),
                self.random_state,
                fit_params,
            )
            self.estimator_ = estimator
            vars(self).pop("thresholds_", None)
            timing_of(self)
            check_proba(estimator)
        return self

    def get_metadata_routing(self):
        """Say that what `fit` is given besides clips and words goes to the classifier.

        Returns
        -------
        sklearn.utils.metadata_routing.MetadataRouter
            What scikit-learn asks for with ``enable_metadata_routing=True``.
        """
        to_fit = MethodMapping().add(caller="fit", callee="fit")
        router = MetadataRouter(owner=self).add_self_request(self)
        return router.add(estimator=self.estimator, method_mapping=to_fit)

    @fitted_attribute
    def classes_(self):
        """All classes of the classifier, ndarray of shape (n_classes,)."""
        return classifier_of(self).classes_

    @fitted_attribute
    def n_features_in_(self):
        """Number of features of a clip seen in the classifier's fit."""
        return classifier_of(self).n_features_in_

    @available_if(_estimator_has("predict"))
    def predict(self, X):
        """Predict the word of each clip, as the classifier does.

        Parameters
        ----------
        X : array-like
            Clips, as the classifier takes them.

        Returns
        -------
        ndarray, shape (n_clips,)
            Words or rejected classes.
        """
        classifier = classifier_of(self)
        return classifier.predict(as_heard(classifier, X))

    @available_if(_estimator_has("predict_proba"))
    def predict_proba(self, X):
        """Predict how probable each class is in each clip, as the classifier does.

        Parameters
        ----------
        X : array-like
            Clips, as the classifier takes them.

        Returns
        -------
        ndarray, shape (n_clips, n_classes)
            Probabilities in the order of `classes_`.
        """
        classifier = classifier_of(self)
        return classifier.predict_proba(as_heard(classifier, X))

    def __sklearn_is_fitted__(self):
        """Tell whether there is a fitted classifier, be it the one given."""
        try:
            classifier_of(self)
        except (ValueError, TypeError):  # not fitted, or what cannot be a classifier
            return False
        return True

    def _sk_visual_block_(self):
        """Show in scikit-learn's diagram the classifier in use."""
        name = "estimator_" if hasattr(self, "estimator_") else "estimator"
        classifier = getattr(self, name)
        return diagram_block(
            "parallel",
            [classifier],
            names=[f"{name}: {type(classifier).__name__}"],
            name_details=[str(classifier)],
        )

    def __sklearn_tags__(self):
        """Say what the classifier says of itself."""
        tags = super().__sklearn_tags__()
        own = get_tags(self.estimator)
        tags.input_tags = own.input_tags
        tags.classifier_tags = own.classifier_tags
        tags.non_deterministic = own.non_deterministic
        return tags
