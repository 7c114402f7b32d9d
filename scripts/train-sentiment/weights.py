"""Writes `weights.bin`, which `weights.rs` reads. The layout, in little-endian order:

    8 bytes   magic
    u32       bucket bits
    u32       words in the lexicon
    f32       the value of one step of a bucket's weight
    f32       bias
    f32 x 15  the weights of the dense features
    i8  x 2^bits   the buckets' weights, in steps
    u32 x n   the lexicon's words, as hashes in ascending order
    i8  x n   their valences, in steps of 1/32
"""

import struct

import numpy as np

from features import BUCKET_BITS, DENSE, bucket, extract, fold
from lexicon import STEPS

MAGIC = b"SENTIM\x00\x01"
# Larger weights are clipped to this quantile, so that the step size is smaller.
CLIP = 0.9999


class Weights:
    def __init__(self, buckets, dense, bias):
        used = np.abs(buckets[buckets != 0.0])
        self.step = np.float32(np.quantile(used, CLIP) / 127)
        self.buckets = np.clip(np.rint(buckets / self.step), -127, 127).astype(np.int8)
        self.dense = np.asarray(dense, np.float32)
        self.bias = np.float32(bias)

    def to_bytes(self, lexicon):
        entries = sorted((fold(word), round(valence * STEPS)) for word, valence in lexicon.items())
        return b"".join(
            [
                MAGIC,
                struct.pack("<IIff", BUCKET_BITS, len(entries), self.step, self.bias),
                struct.pack(f"<{DENSE}f", *self.dense),
                self.buckets.tobytes(),
                np.array([h for h, _ in entries], "<u4").tobytes(),
                np.array([v for _, v in entries], "i1").tobytes(),
            ]
        )

    def logit(self, text, lexicon):
        """Returns the log-odds of POSITIVE, computed in the same way as in the crate."""
        sparse, dense = extract(text, lexicon)
        total = float(self.bias) + sum(float(a) * b for a, b in zip(self.dense, dense, strict=True))
        return total + float(self.step) * sum(float(self.buckets[bucket(name)]) * value for name, value in sparse)
