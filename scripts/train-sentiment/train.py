"""Trains the embedded sentiment model, and writes its weights and the report.

    python train.py [--data FOLDER]
"""

import os

# A single thread adds in a fixed order, so that the same input gives the same bytes.
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import argparse
import pathlib

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

import data
import lexicon as lexicons
import report
import templates
from features import BUCKET_BITS, bucket, extract
from weights import Weights

HERE = pathlib.Path(__file__).resolve().parent
CRATE = HERE.parents[1] / "inference-runtime/src/backend/local/sentiment"

# Chosen on a held-out quarter of the train and validation documents; the test slice was not used.
REGULARISATION = 10.0
# The target for a rating r is P(positive) = 1 / (1 + exp(-SHARPNESS r)): a weakly rated text has a target
# near 0.5, which pulls the weights of its words towards zero.
SHARPNESS = 3.0
TEMPLATE_WEIGHT = 1.0
TEMPLATE_CERTAINTY = 0.9


def matrix(texts, lexicon):
    rows, columns, values, dense = [], [], [], []
    for row, text in enumerate(texts):
        features, sums = extract(text, lexicon)
        dense.append(sums)
        for name, value in features:
            rows.append(row)
            columns.append(bucket(name))
            values.append(value)
    buckets = sp.csr_matrix((values, (rows, columns)), shape=(len(texts), 2**BUCKET_BITS))
    return sp.hstack([buckets, sp.csr_matrix(np.array(dense))]).tocsr()


def fit(texts, lexicon):
    """Fits a linear model to soft labels: each text is used once per class, weighted by its probability."""
    made = templates.sentences()
    x = matrix([t.text for t in texts] + [text for text, _ in made], lexicon)
    rated = 1 / (1 + np.exp(-SHARPNESS * np.array([t.rating for t in texts])))
    taught = [TEMPLATE_CERTAINTY if sign > 0 else 1 - TEMPLATE_CERTAINTY for _, sign in made]
    p = np.concatenate([rated, taught])
    weight = np.concatenate([np.ones(len(texts)), np.full(len(made), TEMPLATE_WEIGHT)])
    labels = np.concatenate([np.ones(len(p)), np.zeros(len(p))])
    model = LogisticRegression(C=REGULARISATION, max_iter=2000, tol=1e-5)
    model.fit(sp.vstack([x, x]).tocsr(), labels, sample_weight=np.concatenate([p * weight, (1 - p) * weight]))
    return model.coef_[0], model.intercept_[0]


def temperature(logits, positive):
    """Returns the divisor of the logits with which about 80 % of the texts that score 80 % are correct."""
    sign = np.where(positive, 1, -1)
    return minimize_scalar(lambda t: np.log1p(np.exp(-sign * logits / t)).sum(), bounds=(0.2, 5), method="bounded").x


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=HERE / "download", help="directory of the data set; it is downloaded there if missing")
    root = data.source(parser.parse_args().data)
    lexicon = lexicons.load(root)
    train, validation, test = data.split(data.load(root))

    coefficients, bias = fit(train, lexicon)
    polar = [t for t in validation if t.polar]
    logits = matrix([t.text for t in polar], lexicon) @ coefficients + bias
    heat = temperature(logits, np.array([t.rating > 0 for t in polar]))

    # The temperature is fitted, so the validation slice can now be used for training as well.
    coefficients, bias = fit(train + validation, lexicon)
    coefficients, bias = coefficients / heat, bias / heat
    weights = Weights(coefficients[: 2**BUCKET_BITS], coefficients[2**BUCKET_BITS :], bias)

    (CRATE / "weights.bin").write_bytes(weights.to_bytes(lexicon))
    sentences = (CRATE / "testdata/sentences.txt").read_text(encoding="utf-8").splitlines()
    golden = "".join(f"{weights.logit(s, lexicon):.6f}\t{s}\n" for s in sentences)
    (CRATE / "testdata/golden.tsv").write_text(golden, encoding="utf-8")
    text = report.write(root, (train, validation, test), weights, lexicon, heat, CRATE / "weights.bin")
    (HERE / "report.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
