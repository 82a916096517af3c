"""Paths and recordings to waveforms of equal length, noisy ones to learn from."""

from ._add_noise import AddNoise
from ._load_audio import LoadAudio

__all__ = ["AddNoise", "LoadAudio"]
