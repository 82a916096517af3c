"""A fit, epoch by epoch: batches, validation, early stopping, progress."""

import io
from dataclasses import dataclass

import numpy as np

from .._progress import progress_bar
from ._backend import import_keras
from ._batches import batch_plan, batches
from ._engine import borrowed_engine, own_engine
from ._probabilities import log_proba_from
from ._training import cosine_rates

keras = import_keras()


class Progress(keras.callbacks.Callback):
    """A progress bar of epochs, for terminals and notebooks."""

    def on_train_begin(self, logs=None):
        self._bar = progress_bar(total=self.params["epochs"], unit="epoch")

    def on_epoch_end(self, epoch, logs=None):
        figures = {name: f"{value:.3f}" for name, value in logs.items()}
        self._bar.set_postfix(figures, refresh=False)
        self._bar.update()

    def close(self):
        """Leave the bar as it is; also where a fit fails."""
        if hasattr(self, "_bar"):
            self._bar.close()


@dataclass
class Schedule:
    """How long and how fast to learn."""

    seed: int  # what all random draws depend on
    first_epoch: int  # epochs that have been
    epochs: int  # epochs to come
    batch_size: int  # clips
    learning_rate: float | None  # None leaves it to the optimizer
    cosine: bool  # whether the learning rate rises and falls
    patience: int | None  # epochs without a better validation loss before stopping


def train(state, examples, targets, validation, schedule, recipe, callbacks, verbose):
    """Train a network.

    Parameters
    ----------
    state : dict
        The network before: its architecture, its weights, and the optimizer's
        variables if it is to go on from them.
    examples : Examples
        Clips to learn from.
    targets : ndarray, shape (n_clips, n_classes)
        Class probabilities to learn, times the clip's weight, float32.
    validation : Examples or None
        Clips to validate on after each epoch.
    schedule : Schedule
        How long and how fast to learn.
    recipe : Recipe
        Optimizer and augmentation.
    callbacks : list of keras.callbacks.Callback
        The user's.
    verbose : int
        0 is silent; otherwise a progress bar.

    Returns
    -------
    state : dict
        The network after.
    history : dict of list of float
        Each epoch's loss, accuracy and, with validation, val_loss and val_accuracy.
    """
    engine_for = own_engine if callbacks else borrowed_engine
    with engine_for(state["architecture"], state["weights"]) as engine:
        trainer = engine.trainer(recipe)
        trainer.reset(
            schedule.seed,
            schedule.first_epoch,
            schedule.learning_rate,
            state["optimizer"],
        )
        ours = []
        if schedule.patience is not None:
            ours.append(
                keras.callbacks.EarlyStopping(
                    "val_loss", patience=schedule.patience, restore_best_weights=True
                )
            )
        if verbose:
            ours.append(Progress())
        engine.loaded = None  # its weights are about to change
        # What callbacks get to see: the network that is to be fitted, with the
        # optimizer, but without the augmentation around it.
        engine.network.optimizer = trainer.model.optimizer
        for callback in callbacks:
            _tell_direction(callback)
        hooks = keras.callbacks.CallbackList(
            [*ours, *callbacks],
            model=engine.network,
            epochs=schedule.epochs,
            steps=batch_plan(len(examples.X), schedule.batch_size)[0],
            verbose=0,
        )
        try:
            history = _run_epochs(
                engine, trainer, examples, targets, validation, schedule, hooks
            )
        finally:
            for callback in ours:
                if isinstance(callback, Progress):
                    callback.close()
            for callback in callbacks:
                _let_go(callback)
        engine.loaded = engine.network.get_weights()
        if not all(np.isfinite(array).all() for array in engine.loaded):
            raise _not_finite("A weight", schedule.first_epoch + len(history["loss"]))
        state = {
            **state,
            "weights": engine.loaded,
            "optimizer": trainer.optimizer_state(),
        }
    return state, history


def _tell_direction(callback):
    """Tell a callback that accuracy is to rise; Keras asks a compiled model's metrics.

    That is what ``mode="auto"`` means, which those that watch a figure have.
    """
    watched = str(getattr(callback, "monitor", "")).removeprefix("val_")
    if watched == "accuracy" and getattr(callback, "mode", None) == "auto":
        callback.mode = "max"


def _let_go(callback):
    """Take from a callback what a clone or a saved file of it should not drag along."""
    callback._model = None
    for name, value in vars(callback).items():
        if isinstance(value, io.IOBase) and value.closed:  # such as CSVLogger's
            setattr(callback, name, None)


def _run_epochs(engine, trainer, examples, targets, validation, schedule, hooks):
    network, step = engine.network, trainer.step
    first, size = schedule.first_epoch, schedule.batch_size
    n_batches, n_a_batch = batch_plan(len(examples.X), size)
    # Clips that fill the last batch have no weight, but count in its means.
    filled = n_batches * n_a_batch / len(examples.X)
    mean_weight = float(examples.weight.mean())
    feed = batches(examples.X, targets, size, schedule.seed, first)
    rates = None
    if schedule.cosine:
        rates = cosine_rates(schedule.learning_rate, schedule.epochs * n_batches)
    watched = any(map(_watches_batches, hooks.callbacks))
    history = {}
    network.stop_training = False
    n_trainable = len(network.trainable_variables)
    hooks.on_train_begin()
    for epoch in range(first, first + schedule.epochs):
        hooks.on_epoch_begin(epoch)
        _check_trainable(network, n_trainable)
        step.take_variables()
        figures = []
        for i in range(n_batches):
            if rates is not None:
                step.set_learning_rate(next(rates))
            if watched:
                step.leave_variables()
                hooks.on_train_batch_begin(i)
                step.take_variables()
            figures.append(step(*next(feed)))
            if watched:
                step.leave_variables()
                hooks.on_train_batch_end(i, _logs(figures, mean_weight))
                step.take_variables()
            if network.stop_training:
                break
        step.leave_variables()
        logs = _logs(figures, mean_weight)
        if len(figures) == n_batches:
            logs = {name: figure * filled for name, figure in logs.items()}
        if not np.isfinite(logs["loss"]):
            raise _not_finite("The loss", epoch + 1)
        if validation is not None:
            hooks.on_test_begin()
            validated = _validate(engine, validation)
            hooks.on_test_end(validated)
            logs.update({f"val_{name}": value for name, value in validated.items()})
        hooks.on_epoch_end(epoch, logs)
        for name, value in logs.items():
            history.setdefault(name, []).append(float(value))
        if network.stop_training:
            break
    trainer.finish()
    hooks.on_train_end(logs)
    return history


def _check_trainable(network, n_trainable):
    """Refuse that a callback freezes layers: the optimizer is made for all of them."""
    n_now = len(network.trainable_variables)
    if n_now != n_trainable:
        raise ValueError(
            f"A callback has changed which layers are trainable ({n_now} of "
            f"{n_trainable} arrays of weights are now), but a fit trains all."
        )


def _watches_batches(callback):
    """Tell whether a callback does something before or after each batch.

    For that, the batch's loss must be waited for, and the weights be in the model.
    """
    hooks = "train_batch_begin", "train_batch_end", "batch_begin", "batch_end"
    return any(
        getattr(getattr(callback, f"on_{hook}"), "__func__", None)
        is not getattr(keras.callbacks.Callback, f"on_{hook}")
        for hook in hooks
    )


def _not_finite(what, epoch):
    return ValueError(
        f"{what} became infinite or NaN in epoch {epoch}: scale X (see Normalize) or "
        "lower learning_rate."
    )


def _validate(engine, examples):
    log_proba = log_proba_from(engine.logits(examples.X))
    losses = -log_proba[np.arange(len(examples.codes)), examples.codes]
    hits = log_proba.argmax(axis=1) == examples.codes
    return {
        "loss": float(np.average(losses, weights=examples.weight)),
        "accuracy": float(np.average(hits, weights=examples.weight)),
    }


def _logs(figures, mean_weight):
    """Average the figures of batches, waiting only now for what is still computed.

    The loss is what is minimised, with the clips' weights as they are; the accuracy of
    an epoch is a share of them.
    """
    loss, hits = np.mean([[float(f) for f in pair] for pair in figures], axis=0)
    return {"loss": float(loss), "accuracy": float(hits) / mean_weight}
