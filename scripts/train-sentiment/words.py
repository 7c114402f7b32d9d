"""The word lists that the features use. `words.rs` contains the same lists."""

NEGATORS = set(
    "not never no nobody none nothing nowhere neither nor without hardly barely scarcely rarely seldom cannot "
    "aint arent cant couldnt didnt doesnt dont hadnt hasnt havent isnt mustnt neednt shant shouldnt wasnt "
    "werent wouldnt".split()
)
# Two consecutive words that negate the words after them.
NEGATING_PAIRS = {("far", "from"), ("free", "of"), ("instead", "of"), ("anything", "but")}
# A negator does not negate if one of these follows ("not only", "no doubt", "nothing but praise").
HARMLESS = {
    "not": {"only", "just", "merely", "simply"},
    "no": {"doubt", "wonder", "question", "matter"},
    "nothing": {"but"},
    "without": {"doubt", "question", "fail"},
}
# Articles that are skipped between the two ("without a doubt").
ARTICLES = {"a", "any"}
# These do not negate a comparative after them ("couldn't be better", "never been worse").
UNABLE = {"can't", "cant", "couldn't", "couldnt", "cannot", "never"}
COMPARATIVES = {"better", "worse", "more", "enough"}
# Conjunctions that end the scope of a negator.
CLAUSE_WORDS = set("but however although though because yet except unless until whereas while".split())
CLAUSE_MARKS = set(".!?;:,()")
# The text after one of these has more weight than the text before it.
CONTRASTS = {"but", "however", "yet"}
STRONGER = set(
    "very really so extremely absolutely totally completely incredibly truly highly utterly deeply especially "
    "thoroughly quite most more too amazingly remarkably super".split()
)
WEAKER = set("somewhat slightly fairly kinda sorta little mildly partly almost occasionally sometimes".split())
