"""Keras networks from spectrograms to one logit a word."""

import json

from ._backend import import_keras, refuse_after_fork
from ._layers import (
    CHANNELS,
    SeededLayers,
    check_activation,
    check_counts,
    convolved,
    frames_of,
    pool_over_time,
    with_channel,
)

keras = import_keras()


def build_cnn(
    input_shape,
    n_classes,
    seed,
    *,
    filters,
    kernel_size,
    strides,
    padding,
    batch_norm,
    pool_size,
    conv_dropout,
    frame_filters,
    frame_kernel_size,
    frame_dilation_rate,
    pooling,
    dense_units,
    dropout,
):
    """Build convolutions over frames and bins, then over frames alone, then pooling.

    The arguments are those of `KerasCNNClassifier`; `input_shape` is
    (n_frames, n_bins).
    """
    layer = SeededLayers(seed)
    inputs = keras.Input(input_shape, name="spectrogram")
    x = convolved(
        with_channel(inputs),
        layer,
        filters,
        kernel_size,
        strides=strides,
        padding=padding,
        batch_norm=batch_norm,
        pool_size=pool_size,
    )
    x = layer.dropout(conv_dropout)(x)
    if frame_filters:
        x = convolved(
            frames_of(x),
            layer,
            frame_filters,
            frame_kernel_size,
            padding="same",
            batch_norm=batch_norm,
            dilation_rate=frame_dilation_rate,
            dropout=dropout,
            prefix="frame_",
        )
    if pooling == "flatten":
        x = keras.layers.Flatten(CHANNELS, name="flatten")(x)
    else:
        x = pool_over_time(layer, x if frame_filters else frames_of(x), pooling)
    for units in check_counts("dense_units", dense_units, "units"):
        x = layer.dense(units, "relu")(x)
    x = layer.dropout(dropout)(x)
    logits = layer.dense(n_classes, name="logits")(x)
    return keras.Model(inputs, logits, name="cnn")


def build_gru(
    input_shape,
    n_classes,
    seed,
    *,
    conv_axes,
    filters,
    kernel_size,
    strides,
    batch_norm,
    padding,
    conv_dropout,
    units,
    bidirectional,
    recurrent_batch_norm,
    dropout,
    pooling,
    output_activation,
):
    """Build strided convolutions, recurrent layers and pooling over time.

    The arguments are those of `KerasGRUClassifier`; `input_shape` is
    (n_frames, n_bins).
    """
    layer = SeededLayers(seed)
    units = units if isinstance(units, list | tuple) else (units,)
    if not units:
        raise ValueError("units is empty, but must have at least one GRU's.")
    check_activation("output_activation", output_activation)
    inputs = keras.Input(input_shape, name="spectrogram")
    over_bins = filters and conv_axes == 2
    x = convolved(
        with_channel(inputs) if over_bins else inputs,
        layer,
        filters,
        kernel_size,
        strides=strides,
        padding=padding,
        batch_norm=batch_norm,
        dropout=conv_dropout,
    )
    if over_bins:
        x = frames_of(x)
    for n_units in check_counts("units", units, "units"):
        x = layer.gru(n_units, bidirectional)(x)
        x = layer.dropout(dropout)(x)
        if recurrent_batch_norm:
            x = layer.batch_normalization()(x)
    if pooling is None:
        x = layer.dropout(dropout)(x)
        framewise = layer.dense(n_classes, output_activation, name="logits")
        logits = keras.layers.TimeDistributed(framewise, name="framewise")(x)
    else:
        x = pool_over_time(layer, x, pooling)
        logits = layer.dense(n_classes, output_activation, name="logits")(x)
    return keras.Model(inputs, logits, name="gru")


def architecture_of(network):
    """Describe a network, all but its random seeds, as a JSON string."""
    return json.dumps(_without_seeds(network.get_config()), sort_keys=True)


def network_from(architecture):
    """Build the network that a string from `architecture_of` describes."""
    return keras.Model.from_config(json.loads(architecture))


def fitted_network(state):
    """Build a network anew from a classifier's plain data."""
    refuse_after_fork()
    network = network_from(state["architecture"])
    network.set_weights(state["weights"])
    return network


def _without_seeds(config):
    if isinstance(config, dict):
        return {
            key: 0 if key == "seed" and value is not None else _without_seeds(value)
            for key, value in config.items()
        }
    if isinstance(config, list | tuple):
        return [_without_seeds(value) for value in config]
    return config
