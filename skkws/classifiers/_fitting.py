"""A fit, epoch by epoch: clips in batches, validation, early stopping, progress."""

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedShuffleSplit

from ._backend import import_keras
from ._probabilities import log_proba_from
from ._training import cosine_rates

keras = import_keras()


@dataclass
class Examples:
    """Clips to learn from or to validate on."""

    X: np.ndarray  # (n_clips, n_frames, n_bins), float32
    codes: np.ndarray  # (n_clips,), the index of each clip's class
    weight: np.ndarray  # (n_clips,), float32, mean 1

    def take(self, rows):
        return Examples(self.X[rows], self.codes[rows], self.weight[rows])

    def targets(self, n_classes, label_smoothing):
        """One row of class probabilities a clip, float32."""
        targets = np.full((len(self.codes), n_classes), label_smoothing / n_classes)
        targets[np.arange(len(self.codes)), self.codes] += 1 - label_smoothing
        return targets.astype(np.float32)


def split_off_validation(examples, fraction, groups, seed):
    """Split examples into a training and a stratified validation part.

    With `groups`, no group has clips in both parts.
    """
    X, codes = examples.X, examples.codes
    if groups is None:
        splitter = StratifiedShuffleSplit(1, test_size=fraction, random_state=seed)
    else:
        n_parts = max(2, round(1 / fraction))
        n_groups = len(np.unique(groups))
        if n_groups < n_parts:
            raise ValueError(
                f"groups has {n_groups} distinct values, but a validation part of "
                f"{fraction} needs at least {n_parts}."
            )
        splitter = StratifiedGroupKFold(n_parts, shuffle=True, random_state=seed)
    train, validation = next(splitter.split(X, codes, groups))
    return examples.take(train), examples.take(validation)


def batch_plan(n_clips, batch_size):
    """Return (number of batches, clips a batch) for an epoch of equal batches.

    All batches have one size, so that nothing is compiled for a smaller last one.
    """
    n_batches = -(-n_clips // batch_size)
    return n_batches, -(-n_clips // n_batches)


def batches(X, targets, weight, batch_size, seed, epoch):
    """Yield shuffled batches for ever, each epoch in an order of its own.

    Where the clips do not fill the last batch of an epoch, clips from its beginning
    fill it with weight zero: every clip counts once an epoch.
    """
    n_clips = len(X)
    n_batches, size = batch_plan(n_clips, batch_size)
    while True:
        order = np.random.RandomState([seed, epoch]).permutation(n_clips)
        counts = np.arange(n_batches * size) < n_clips
        order = np.resize(order, len(counts))
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            yield X[rows], targets[rows], weight[rows] * counts[start : start + size]
        epoch += 1


class Validation(keras.callbacks.Callback):
    """Add the loss and accuracy on validation clips to each epoch's figures."""

    def __init__(self, engine, examples):
        super().__init__()
        self._engine = engine
        self._examples = examples

    def on_epoch_end(self, epoch, logs=None):
        known = self._examples
        log_proba = log_proba_from(self._engine.logits(known.X))
        losses = -log_proba[np.arange(len(known.codes)), known.codes]
        hits = log_proba.argmax(axis=1) == known.codes
        logs["val_loss"] = float(np.average(losses, weights=known.weight))
        logs["val_accuracy"] = float(np.average(hits, weights=known.weight))


class Progress(keras.callbacks.Callback):
    """A progress bar of epochs, for terminals and notebooks."""

    def on_train_begin(self, logs=None):
        from tqdm.auto import tqdm

        self._bar = tqdm(total=self.params["epochs"], unit="epoch")

    def on_epoch_end(self, epoch, logs=None):
        self._bar.set_postfix({name: f"{value:.3f}" for name, value in logs.items()})
        self._bar.update()

    def on_train_end(self, logs=None):
        self._bar.close()


def run_epochs(
    engine,
    trainer,
    examples,
    targets,
    *,
    first_epoch,
    epochs,
    batch_size,
    highest_rate,
    seed,
    validation,
    patience,
    callbacks,
    verbose,
):
    """Train an engine's network.

    Parameters
    ----------
    engine, trainer : Engine, Trainer
        The network with the weights to start from, and its compiled training step.
    examples : Examples
        Clips to learn from.
    targets : ndarray, shape (n_clips, n_classes)
        Class probabilities to learn, float32.
    first_epoch, epochs, batch_size : int
        How many epochs have been, how many are to come, clips a batch.
    highest_rate : float or None
        Peak of a cosine of learning rates; None leaves the rate to the optimizer.
    seed : int
        What the order of the clips depends on.
    validation : Examples or None
        Clips to validate on after each epoch.
    patience : int or None
        Stop after so many epochs without a better validation loss, and restore the
        best weights.
    callbacks : list of keras.callbacks.Callback
        The user's.
    verbose : int
        0 is silent; otherwise a progress bar.

    Returns
    -------
    dict of list of float
        Each epoch's loss, accuracy and, with validation, val_loss and val_accuracy.
    """
    engine.loaded = None  # its weights are about to change
    model, step = trainer.model, trainer.step
    n_batches = batch_plan(len(examples.X), batch_size)[0]
    feed = batches(examples.X, targets, examples.weight, batch_size, seed, first_epoch)
    rates = None
    if highest_rate is not None:
        rates = cosine_rates(highest_rate, epochs * n_batches)
    hooks = _callback_list(
        model, engine, validation, patience, callbacks, verbose, epochs, n_batches
    )
    history = {}
    model.stop_training = False
    try:
        hooks.on_train_begin()
        for epoch in range(first_epoch, first_epoch + epochs):
            hooks.on_epoch_begin(epoch)
            step.begin_epoch()
            figures = []
            for i in range(n_batches):
                if rates is not None:
                    step.set_learning_rate(next(rates))
                hooks.on_train_batch_begin(i)
                figures.append(step(*next(feed)))
                hooks.on_train_batch_end(i)
            step.end_epoch()
            logs = dict(zip(("loss", "accuracy"), _mean(figures), strict=True))
            if not np.isfinite(logs["loss"]):
                raise ValueError(
                    f"The loss became {logs['loss']} in epoch {epoch + 1}: scale X "
                    "(see Normalize) or lower learning_rate."
                )
            hooks.on_epoch_end(epoch, logs)
            for name, value in logs.items():
                history.setdefault(name, []).append(float(value))
            if model.stop_training:
                break
        hooks.on_train_end(logs)
    finally:
        for callback in callbacks:  # so that they do not drag the network along
            callback._model = None
    return history


def _callback_list(
    model, engine, validation, patience, callbacks, verbose, epochs, n_batches
):
    ours = []
    if validation is not None:
        ours.append(Validation(engine, validation))
    if patience is not None:
        ours.append(
            keras.callbacks.EarlyStopping(
                "val_loss", patience=patience, restore_best_weights=True
            )
        )
    if verbose:
        ours.append(Progress())
    return keras.callbacks.CallbackList(
        [*ours, *callbacks], model=model, epochs=epochs, steps=n_batches, verbose=0
    )


def _mean(figures):
    """Average the figures of batches, waiting only now for what is still computed."""
    return np.mean(
        [[float(loss), float(hits)] for loss, hits in figures], axis=0
    ).tolist()
