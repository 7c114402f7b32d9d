"""Loads the rated texts, removes duplicates, groups them by source document and splits them."""

import hashlib
import html
import io
import pathlib
import re
import subprocess
import sys
import tarfile
from dataclasses import dataclass

PACKAGE = "vaderSentiment==3.3.2"
SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
DOMAINS = {
    "amazon": "amazonReviewSnippets",
    "movie": "movieReviewSnippets",
    "nyt": "nytEditorialSnippets",
    "tweets": "tweets",
}
# A rating is the mean of at least 15 people's ratings on a scale of -4..4. Smaller absolute values are neutral.
THRESHOLD = 0.5
# Two texts that share this many consecutive words are treated as one document: the movie snippets
# have no document id, and quotes are repeated across reviews.
SHINGLE = 7


@dataclass(frozen=True)
class Text:
    domain: str
    text: str
    rating: float
    group: str

    @property
    def polar(self):
        return abs(self.rating) >= THRESHOLD


def source(folder):
    """Downloads the source distribution unless it exists, and returns the path of the unpacked package."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / "vaderSentiment-3.3.2.tar.gz"
    if not archive.exists():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*pip, "--dest", str(folder), PACKAGE], check=True)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SHA256:
        sys.exit(f"{archive} has sha256 {digest}, expected {SHA256}; help: delete it and run again")
    root = folder / "vaderSentiment-3.3.2"
    if not root.exists():
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    return root


def load(root):
    """Returns all rated texts without duplicates, in the order of the files."""
    texts, seen = [], set()
    with tarfile.open(root / "additional_resources" / "hutto_ICWSM_2014.tar.gz") as tar:
        for domain, name in DOMAINS.items():
            raw = tar.extractfile(f"hutto_ICWSM_2014/{name}_GroundTruth.txt").read()
            for line in io.StringIO(raw.decode("utf-8-sig", errors="replace")):
                number, rating, text = line.rstrip("\r\n").split("\t", 2)
                text = html.unescape(text)
                key = " ".join(_words(text))
                if not key or key in seen:
                    continue
                seen.add(key)
                document = number.rsplit("_", 1)[0]
                texts.append(Text(domain, text, float(rating), f"{domain}/{document}"))
    return _merge_overlapping(texts)


def split(texts):
    """Returns (train, validation, test): 70 / 10 / 20 by a hash of the group, so a document is in one slice."""
    parts = ([], [], [])
    for text in texts:
        slot = int.from_bytes(hashlib.sha256(text.group.encode()).digest()[:8], "big") % 10
        parts[2 if slot < 2 else 1 if slot == 2 else 0].append(text)
    return parts


def _words(text):
    return re.findall(r"\w+", text.lower())


def _merge_overlapping(texts):
    parent = {}

    def find(group):
        while parent.setdefault(group, group) != group:
            parent[group] = parent[parent[group]]
            group = parent[group]
        return group

    first = {}
    for text in texts:
        words = _words(text.text)
        for i in range(len(words) - SHINGLE + 1):
            other = first.setdefault(tuple(words[i : i + SHINGLE]), text.group)
            a, b = sorted((find(text.group), find(other)))
            parent[b] = a
    return [Text(t.domain, t.text, t.rating, find(t.group)) for t in texts]
