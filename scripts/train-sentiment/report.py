"""How good the model is on the test slice, and VADER's rules on the same texts."""

import hashlib
import importlib.util
import math

import numpy as np

import data

HEADER = """# The embedded sentiment model, measured

Written by `train.py`; do not edit. Task: is a text rated {threshold} or more (POSITIVE) or {minus} or less (NEGATIVE)?
The test slice is one fifth of the source documents; no text, document or {shingle}-word quote of it is in another slice.
"""


def write(root, slices, weights, lexicon, heat, path):
    test = [t for t in slices[2] if t.polar]
    truth = np.array([t.rating > 0 for t in test])
    domains = np.array([t.domain for t in test])
    logits = np.array([weights.logit(t.text, lexicon) for t in test])
    compound = _vader(root, [t.text for t in test])
    # VADER gives many texts exactly 0; it gets the better of the two ways to count them.
    vader = max((compound >= 0) == truth, (compound > 0) == truth, key=np.mean)
    kept = {name: sum(t.polar for t in part) for name, part in zip(("train", "validation", "test"), slices)}

    lines = [HEADER.format(threshold=data.THRESHOLD, minus=-data.THRESHOLD, shingle=data.SHINGLE)]
    lines.append("| slice | texts | of these rated positive or negative |\n|---|---|---|")
    for (name, polar), part in zip(kept.items(), slices):
        lines.append(f"| {name} | {len(part)} | {polar} |")
    lines.append("\n## Accuracy\n\n| domain | n | majority | VADER | model | standard error |\n|---|---|---|---|---|---|")
    for domain in ["all", *data.DOMAINS]:
        chosen = np.ones(len(test), bool) if domain == "all" else domains == domain
        lines.append(_accuracy(domain, truth[chosen], vader[chosen], ((logits > 0) == truth)[chosen]))
    lines += _calibration(logits, truth, heat)
    content = path.read_bytes()
    lines.append(f"\n## Weights\n\n{len(content)} bytes, sha256 `{hashlib.sha256(content).hexdigest()}`")
    return "\n".join(lines) + "\n"


def _accuracy(domain, truth, vader, model):
    majority = max(truth.mean(), 1 - truth.mean())
    error = math.sqrt(model.mean() * (1 - model.mean()) / len(truth))
    return f"| {domain} | {len(truth)} | {majority:.3f} | {vader.mean():.3f} | {model.mean():.3f} | {error:.3f} |"


def _calibration(logits, truth, heat):
    score = 1 / (1 + np.exp(-np.abs(logits)))
    right = (logits > 0) == truth
    gap, rows = 0.0, []
    for low in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        high = {0.5: 0.6, 0.6: 0.7, 0.7: 0.8, 0.8: 0.9, 0.9: 0.95, 0.95: 1.01}[low]
        inside = (score >= low) & (score < high)
        gap += abs(score[inside].mean() - right[inside].mean()) * inside.mean()
        rows.append(
            f"| {low:.2f} to {min(high, 1.0):.2f} | {inside.sum()} | {score[inside].mean():.3f} | {right[inside].mean():.3f} |"
        )
    title = f"\n## Calibration\n\nTemperature {heat:.2f}, from the validation slice. Expected calibration error {gap:.3f}.\n"
    return [title, "| score | n | mean score | right |\n|---|---|---|---|", *rows]


def _vader(root, texts):
    spec = importlib.util.spec_from_file_location("vader", root / "vaderSentiment" / "vaderSentiment.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    analyzer = module.SentimentIntensityAnalyzer()
    return np.array([analyzer.polarity_scores(t)["compound"] for t in texts])
