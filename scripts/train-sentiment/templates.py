"""Handwritten negated sentences, used only for training.

The rated texts rarely contain phrases such as "not bad", so the effect of a negator on a negative
word is learned from these sentences. None of them is part of the validation or test slice.
"""

NOUNS = ["film", "service", "food", "phone", "article", "idea", "room", "story"]

POSITIVE = (
    "good great nice fun funny happy useful helpful friendly pleasant interesting exciting perfect "
    "reliable amazing wonderful enjoyable clever charming impressive beautiful fair safe special"
).split()
NEGATIVE = (
    "bad awful terrible horrible boring dull slow ugly rude cheap stupid wrong annoying disappointing "
    "difficult painful poor sad weak noisy dirty expensive confusing useless"
).split()

# {a}: an adjective, {n}: a noun. The sentence has the opposite sign of its adjective.
ADJECTIVE_FRAMES = [
    "not {a}",
    "not {a} at all",
    "not a {a} {n}",
    "not that {a}",
    "not too {a}",
    "The {n} is not {a}.",
    "The {n} was not {a}.",
    "The {n} isn't {a}.",
    "The {n} wasn't {a} at all.",
    "It is not {a}.",
    "It was never {a}.",
    "The {n} was never {a}.",
    "The {n} doesn't look {a}.",
    "The {n} does not feel {a}.",
    "I don't think this is {a}.",
    "I don't think the {n} was {a}.",
    "I wouldn't say it is {a}.",
    "I wouldn't call the {n} {a}.",
    "There is nothing {a} about it.",
    "There was nothing {a} about the {n}.",
    "nothing {a} about this {n}",
    "It is hardly {a}.",
    "hardly a {a} {n}",
    "Nobody was {a}.",
    "The {n} is far from {a}.",
    "The rest was {a}, but the {n} was not.",
]

# A verb as it stands after "don't" or "never". The sentence has the opposite sign of its verb.
VERB_FRAMES = [
    "I don't {v} it.",
    "I did not {v} the {n}.",
    "I do not {v} this {n}.",
    "You won't {v} it.",
    "I would never {v} this {n}.",
    "I can't {v} it.",
]
POSITIVE_VERBS = "like love enjoy recommend trust want".split()
NEGATIVE_VERBS = "hate regret dislike fault".split()

# {v}, {f}: a fault, after a word that means that it is rare or absent. The sentence is positive.
FAULT_FRAMES = ["It hardly ever {v}.", "It rarely {v}.", "The {n} never {v}.", "It doesn't have {f}.", "hardly any {f}", "no {f}"]
FAULTS = [("breaks", "faults"), ("fails", "bugs"), ("stops", "problems"), ("freezes", "errors"), ("hurts", "mistakes")]

# Sentences that the frames do not cover: superlatives, nouns, participles, idioms.
POSITIVE_SENTENCES = [
    "not the worst", "not the worst {n}", "not the worst {n} I know", "This is not the worst {n}.",
    "not half bad", "never disappointing", "never disappoints", "I was never disappointed by the {n}.",
    "I was not disappointed.", "The {n} did not disappoint.", "It never fails.", "The {n} never failed me.",
    "never a problem", "no problem", "no problems", "no problems with the {n}", "no complaints",
    "nothing to complain about here", "There is nothing to complain about.", "no reason to complain",
    "nothing wrong with the {n}", "no faults", "I cannot find any fault.", "I can't find a single flaw.",
    "not without its charm", "not without merit", "not without wit", "You can't go wrong with this {n}.",
    "nothing but praise", "nothing but good things to say", "not only good but also beautiful",
    "not just funny but clever", "could not be happier", "couldn't be better", "can't praise the {n} enough",
    "rarely a dull moment", "never a dull moment",
]
NEGATIVE_SENTENCES = [
    "not the best", "not the best {n}", "not the best {n} I know", "This is not the best {n}.",
    "hardly a classic", "hardly a triumph", "hardly a success", "no masterpiece", "not a masterpiece",
    "not a success", "not worth it", "not worth the time", "not worth your money", "not for me",
    "Don't bother.", "Do not buy it.", "Don't buy the {n}.", "Don't waste your money.", "It did not work.",
    "It doesn't work.", "The {n} does not work well.", "It never works.", "It never worked.", "no fun at all",
    "no charm", "no wit", "without charm", "without any wit", "a {n} without humor", "lacks charm",
    "neither good nor useful", "neither funny nor clever", "neither interesting nor fun",
    "I can't say that I enjoyed it.", "I can't say I liked the {n}.", "It can't be recommended.",
    "couldn't be worse", "could not be worse", "barely funny", "barely useful", "scarcely interesting",
]


def sentences():
    """Returns (text, sign) pairs, in a fixed order."""
    made = []

    def add(frame, sign, **words):
        noun = NOUNS[len(made) % len(NOUNS)]
        made.append((frame.format(n=noun, **words), sign))

    for frame in ADJECTIVE_FRAMES:
        for good, bad in zip(POSITIVE, NEGATIVE, strict=True):
            add(frame, -1, a=good)
            add(frame, +1, a=bad)
    for frame in VERB_FRAMES:
        for verb in POSITIVE_VERBS:
            add(frame, -1, v=verb)
        for verb in NEGATIVE_VERBS:
            add(frame, +1, v=verb)
    for frame in FAULT_FRAMES:
        for verb, fault in FAULTS:
            add(frame, +1, v=verb, f=fault)
    for sentence in POSITIVE_SENTENCES:
        add(sentence, +1)
    for sentence in NEGATIVE_SENTENCES:
        add(sentence, -1)
    return made
