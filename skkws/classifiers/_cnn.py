"""The classifier that looks at the whole spectrogram at once."""

from numbers import Integral, Real

from sklearn.utils._param_validation import Interval, StrOptions

from ._base import KerasClassifier


class KerasCNNClassifier(KerasClassifier):
    """Convolutions over time and frequency, then over time, then attention.

    Where the networks of most tutorials flatten what the convolutions found, so that
    each moment of a clip has weights of its own, this one pools it over time: a word
    may come early or late, and a tenth of the weights does better work. Frequency is
    not pooled, as it tells the words apart.

    Parameters
    ----------
    filters : sequence of int, default=(16, 32, 64, 64)
        Channels of each convolution.
    kernel_size : int, or sequence of int or pairs, default=(5, 3, 3, 3)
        Frames and bins that a filter sees, for all or for each convolution.
    strides : int, or sequence of int or pairs, \
default=((2, 2), (2, 2), (1, 2), (1, 1))
        Frames and bins between two outputs, for all or for each convolution.
    padding : {"same", "valid"}, default="same"
        How convolutions and pooling treat the borders, as in Keras.
    batch_norm : bool, default=True
        Normalise after each convolution.
    pool_size : int, or sequence of int or pairs, default=1
        Max-pooling after each convolution; 1 is none.
    conv_dropout : float, default=0.0
        Dropout after the last of these convolutions.
    frame_filters : sequence of int, default=(96, 96)
        Channels of each of the convolutions that follow, over frames, which see all
        bins at once; empty for none.
    frame_kernel_size : int or sequence of int, default=3
        Frames that such a filter sees.
    frame_dilation_rate : int or sequence of int, default=(1, 2)
        Frames from one that it sees to the next.
    pooling : {"attention", "average", "max", "flatten"}, default="attention"
        How the frames become one vector a clip. "flatten" keeps them all.
    dense_units : sequence of int, default=()
        Units of fully connected layers before the last.
    dropout : float, default=0.2
        Dropout after each convolution over frames and before the last layer.
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
    KerasGRUClassifier : Convolutions, then a recurrent network.

    Notes
    -----
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
    .. [1] T. N. Sainath and C. Parada, "Convolutional Neural Networks for
       Small-Footprint Keyword Spotting", Interspeech 2015.
    .. [2] I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization",
       ICLR 2019, and "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from skkws import KerasCNNClassifier
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["no", "yes"], 20)
    >>> X = rng.normal(size=(40, 20, 4)) + (y == "yes")[:, None, None]
    >>> words = KerasCNNClassifier(filters=(8,), kernel_size=3, strides=2, epochs=5,
    ...                            random_state=0).fit(X, y)
    >>> words.predict_proba(X[:3]).shape
    (3, 2)
    """

    _parameter_constraints = {
        **KerasClassifier._parameter_constraints,
        "filters": [list, tuple],
        "kernel_size": [Interval(Integral, 1, None, closed="left"), list, tuple],
        "strides": [Interval(Integral, 1, None, closed="left"), list, tuple],
        "padding": [StrOptions({"same", "valid"})],
        "batch_norm": ["boolean"],
        "pool_size": [Interval(Integral, 1, None, closed="left"), list, tuple],
        "conv_dropout": [Interval(Real, 0, 1, closed="left")],
        "frame_filters": [list, tuple],
        "frame_kernel_size": [Interval(Integral, 1, None, closed="left"), list, tuple],
        "frame_dilation_rate": [
            Interval(Integral, 1, None, closed="left"),
            list,
            tuple,
        ],
        "pooling": [StrOptions({"attention", "average", "max", "flatten"})],
        "dense_units": [list, tuple],
        "dropout": [Interval(Real, 0, 1, closed="left")],
    }

    def __init__(
        self,
        filters=(16, 32, 64, 64),
        *,
        kernel_size=(5, 3, 3, 3),
        strides=((2, 2), (2, 2), (1, 2), (1, 1)),
        padding="same",
        batch_norm=True,
        pool_size=1,
        conv_dropout=0.0,
        frame_filters=(96, 96),
        frame_kernel_size=3,
        frame_dilation_rate=(1, 2),
        pooling="attention",
        dense_units=(),
        dropout=0.2,
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
        self.filters = filters
        self.kernel_size = kernel_size
        self.strides = strides
        self.padding = padding
        self.batch_norm = batch_norm
        self.pool_size = pool_size
        self.conv_dropout = conv_dropout
        self.frame_filters = frame_filters
        self.frame_kernel_size = frame_kernel_size
        self.frame_dilation_rate = frame_dilation_rate
        self.pooling = pooling
        self.dense_units = dense_units
        self.dropout = dropout
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
        from ._networks import build_cnn

        return build_cnn
