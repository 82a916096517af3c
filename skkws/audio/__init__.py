"""Paths and recordings to waveforms of equal length."""

from ._load_audio import LoadAudio

__all__ = ["LoadAudio"]
