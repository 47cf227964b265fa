"""Measurements: ours and the peers in one run, so that the ratio holds on a noisy machine."""
