"""The classifier that listens frame by frame."""

from numbers import Integral, Real

from sklearn.utils._param_validation import Interval, Options, StrOptions

from ._base import KerasClassifier


class KerasGRUClassifier(KerasClassifier):
    """Convolutions that shorten time, then a GRU over the frames that are left.

    Most of a GRU's cost is its number of time steps and most of its trouble the
    stretches of silence in them, so strided convolutions come first: by default 98
    frames become 25. Attention pooling then picks the frames that matter, and there
    is one decision a clip (many-to-one).

    Parameters
    ----------
    units : int or sequence of int, default=64
        Units of the GRU; of each, if there are several on top of each other.
    bidirectional : bool, default=True
        Also run over the frames backwards. False is causal, for live streams, if
        `padding` is "valid", too.
    pooling : {"attention", "average", "max", "last"} or None, default="attention"
        How the frames become one vector a clip. "last" is for networks that are not
        bidirectional: the way back begins with the last frame, of which alone it knows
        there. With None every frame has its own decision (a framewise head): it learns
        the clip's word at each, and a clip's probabilities are the mean over its
        frames.
    filters : sequence of int, default=(16, 32, 64)
        Channels of each convolution before the GRU; empty for none.
    kernel_size : int, or sequence of int or pairs, default=(5, 3, 3)
        Frames (and bins) that a filter sees, for all or for each convolution.
    strides : int, or sequence of int or pairs, default=((2, 2), (2, 2), (1, 2))
        Frames (and bins) between two outputs, for all or for each convolution.
    conv_axes : {1, 2}, default=2
        Convolve over frames alone, or over frames and bins, which makes the network
        insensitive to a voice's pitch.
    padding : {"same", "valid"}, default="same"
        How convolutions treat the borders, as in Keras.
    batch_norm : bool, default=True
        Normalise after each convolution.
    recurrent_batch_norm : bool, default=False
        Normalise after each GRU.
    conv_dropout : float, default=0.0
        Dropout after each convolution.
    dropout : float, default=0.2
        Dropout after each GRU, and before a framewise head. Dropout of .8 is what
        ruins most first attempts (see Notes).
    output_activation : str or None, default=None
        What the last layer applies to its logits. Leave it at None: anything else
        is here to reproduce networks that got it wrong.
    epochs : int or "auto", default="auto"
        Passes over the clips. "auto" is as many as make for 3,000 gradient steps, but
        at least 20 and at most 100: fewer where there are more clips.
    batch_size : int or "auto", default="auto"
        Clips a gradient step. "auto" is a sixteenth of the clips, but at least 8
        and at most 64, so that few clips still make for enough steps.
    optimizer : str, dict or keras.optimizers.Optimizer, default="adamw"
        A name that Keras knows, or an optimizer, which is copied and never changed.
        With ``use_ema=True`` the averaged weights are what is left at the end of a
        fit, but `early_stopping` knows and restores the plain ones alone.
    learning_rate : float or keras.optimizers.schedules.LearningRateSchedule, \
default=0.003
        The (highest) learning rate of an optimizer given by name.
    learning_rate_schedule : {"cosine", "constant"}, default="cosine"
        "cosine" rises over the first tenth of the steps and then falls to zero;
        `partial_fit`, which cannot know the last step, is always constant. An optimizer
        that is an object, and a Keras schedule, have their own.
    weight_decay : float, default=0.3
        How fast weights shrink where ``optimizer="adamw"``: in each step by this share
        of themselves times the learning rate. Other optimizers have their own.
    label_smoothing : float, default=0.1
        Share of each target's probability that is spread over all words.
    augment : "auto", None or list, default="auto"
        What varies the clips anew in every epoch, such as
        ``[TimeShift(0.1), SpecAugment()]``. "auto" is `TimeStretch` and
        `FrequencyWarp`, from 1,000 clips to learn from on also `NoiseFloor`,
        `SpecAugment` and `Mixup`, and nothing for 2-D input. In `partial_fit`, the
        clips of the call count.
    class_weight : dict, "balanced" or None, default=None
        Weight of each word.
    early_stopping : bool, default=False
        Stop when the loss on a validation part no longer falls, and restore the best
        weights.
    validation_fraction : float, default=0.1
        Stratified part of the clips to validate on if `early_stopping`; with `groups`
        the nearest of a half, a third, a fourth and so on, or of what these leave.
    n_iter_no_change : int, default=10
        Epochs without improvement before `early_stopping` stops.
    warm_start : bool, default=False
        Whether `fit` goes on from the network of the fit before, whatever
        parameters of the network have changed since.
    callbacks : list of keras.callbacks.Callback or None, default=None
        Called during `fit`, as by Keras; `model` is the network in training, which
        is not compiled, so that it predicts but does not evaluate. ``BackupAndRestore``
        restores weights, but not the epoch. Those that set the learning rate act with
        ``learning_rate_schedule="constant"``. What they change in the network before
        the first step, such as a rate of dropout, holds for this fit; all layers stay
        trainable. A fit with callbacks compiles anew, and on TensorFlow and PyTorch
        runs on Keras's own layers, which round otherwise than the faster ones used
        without.
    random_state : int, RandomState instance or None, default=None
        Seed of initial weights, order of clips, dropout and augmentation. The same
        integer gives the same network, in any process with the same backend and its
        default width of floats.
    verbose : int, default=0
        Whether to show a progress bar.

    Attributes
    ----------
    classes_ : ndarray, shape (n_classes,)
        The words, sorted.
    n_features_in_ : int
        Length of the second axis of X: frames.
    input_shape_ : tuple of int
        (n_frames, n_bins) of the clips seen in `fit`.
    n_iter_ : int
        Epochs run.
    history_ : dict of list of float
        Loss and accuracy of each epoch; if there was validation, also val_loss and
        val_accuracy, which are NaN in epochs without. What is trained on is augmented,
        with smoothed labels, so that its loss may be the higher one; val_loss is the
        cross-entropy of the words themselves.
    model_ : keras.Model
        The fitted network as a Keras model; its output are logits. It is one object,
        which can be changed without changing predictions.

    See Also
    --------
    KerasCNNClassifier : Convolutions alone.

    Notes
    -----
    Three things ruin most first attempts at a GRU for words [4]_: heavy dropout (.8)
    between all layers, by far the worst; a sigmoid whose output goes into a loss that
    expects logits, so that no word's probability can rise above .28; and dozens of time
    steps for each of several GRUs, which cost time, as one step has to wait for the
    other. `skkws.classifiers.ASKERS_GRU` has all three. `skkws.classifiers.FAST_GRU`
    are arguments for an accuracy not far below the default's in a fraction of the time,
    and `CAUSAL_GRU` for live streams.

    `sample_weight` weighs a clip's part of the loss. It equals repetition of the clip
    where no layer mixes the clips of a batch: without batch normalisation, dropout
    and augmentation, in one batch.

    TensorFlow and JAX take all cores and ignore ``OMP_NUM_THREADS``: with `n_jobs` in
    a search, several fits share them.

    scikit-learn's BaggingClassifier takes 2-D X alone: give it waveforms, and a
    Pipeline that begins with `LogSpectrogram`.

    Ctrl-C, or an error, leaves the classifier as it was before the call.

    References
    ----------
    .. [1] K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder
       for Statistical Machine Translation", EMNLP 2014.
    .. [2] S. O. Arik et al., "Convolutional Recurrent Neural Networks for
       Small-Footprint Keyword Spotting", Interspeech 2017.
    .. [3] I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization",
       ICLR 2019, and "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017.
    .. [4] https://datascience.stackexchange.com/q/87619

    Examples
    --------
    >>> import numpy as np
    >>> from skkws import KerasGRUClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["no", "yes"], 20)
    >>> X = rng.normal(size=(40, 20, 4)) + (y == "yes")[:, None, None]
    >>> words = KerasGRUClassifier(units=8, filters=(8,), kernel_size=3, strides=2,
    ...                            epochs=5, random_state=0).fit(X, y)
    >>> words.predict_proba(X[:3]).shape
    (3, 2)
    """

    _parameter_constraints = {
        **KerasClassifier._parameter_constraints,
        "units": [Interval(Integral, 1, None, closed="left"), list, tuple],
        "bidirectional": ["boolean"],
        "pooling": [StrOptions({"attention", "average", "max", "last"}), None],
        "filters": [list, tuple],
        "kernel_size": [Interval(Integral, 1, None, closed="left"), list, tuple],
        "strides": [Interval(Integral, 1, None, closed="left"), list, tuple],
        "conv_axes": [Options(Integral, {1, 2})],
        "padding": [StrOptions({"same", "valid"})],
        "batch_norm": ["boolean"],
        "recurrent_batch_norm": ["boolean"],
        "conv_dropout": [Interval(Real, 0, 1, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "output_activation": [str, None],
    }

    def __init__(
        self,
        units=64,
        *,
        bidirectional=True,
        pooling="attention",
        filters=(16, 32, 64),
        kernel_size=(5, 3, 3),
        strides=((2, 2), (2, 2), (1, 2)),
        conv_axes=2,
        padding="same",
        batch_norm=True,
        recurrent_batch_norm=False,
        conv_dropout=0.0,
        dropout=0.2,
        output_activation=None,
        epochs="auto",
        batch_size="auto",
        optimizer="adamw",
        learning_rate=0.003,
        learning_rate_schedule="cosine",
        weight_decay=0.3,
        label_smoothing=0.1,
        augment="auto",
        class_weight=None,
        early_stopping=False,
        validation_fraction=0.1,
        n_iter_no_change=10,
        warm_start=False,
        callbacks=None,
        random_state=None,
        verbose=0,
    ):
        self.units = units
        self.bidirectional = bidirectional
        self.pooling = pooling
        self.filters = filters
        self.kernel_size = kernel_size
        self.strides = strides
        self.conv_axes = conv_axes
        self.padding = padding
        self.batch_norm = batch_norm
        self.recurrent_batch_norm = recurrent_batch_norm
        self.conv_dropout = conv_dropout
        self.dropout = dropout
        self.output_activation = output_activation
        super().__init__(
            epochs=epochs,
            batch_size=batch_size,
            optimizer=optimizer,
            learning_rate=learning_rate,
            learning_rate_schedule=learning_rate_schedule,
            weight_decay=weight_decay,
            label_smoothing=label_smoothing,
            augment=augment,
            class_weight=class_weight,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            warm_start=warm_start,
            callbacks=callbacks,
            random_state=random_state,
            verbose=verbose,
        )

    def _network_builder(self):
        from ._networks import build_gru

        return build_gru
