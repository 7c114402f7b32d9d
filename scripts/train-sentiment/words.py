"""The closed classes of words the features know by name. `words.rs` holds the same lists."""

NEGATORS = set(
    "not never no nobody none nothing nowhere neither nor without hardly barely scarcely rarely seldom cannot "
    "aint arent cant couldnt didnt doesnt dont hadnt hasnt havent isnt mustnt neednt shant shouldnt wasnt "
    "werent wouldnt".split()
)
# Two words that negate what follows: the second, after the first.
NEGATING_PAIRS = {("far", "from"), ("free", "of"), ("instead", "of"), ("anything", "but")}
# A negator that negates nothing before one of these ("not only", "no doubt", "nothing but praise").
HARMLESS = {
    "not": {"only", "just", "merely", "simply"},
    "no": {"doubt", "wonder", "question", "matter"},
    "nothing": {"but"},
    "without": {"doubt", "question", "fail"},
}
# Skipped between the two ("without a doubt").
ARTICLES = {"a", "any"}
# After these a comparative keeps its sign ("couldn't be better", "never been worse").
UNABLE = {"can't", "cant", "couldn't", "couldnt", "cannot", "never"}
COMPARATIVES = {"better", "worse", "more", "enough"}
# A conjunction that ends what a negator covers.
CLAUSE_WORDS = set("but however although though because yet except unless until whereas while".split())
CLAUSE_MARKS = set(".!?;:,()")
# What follows one of these outweighs what went before.
CONTRASTS = {"but", "however", "yet"}
STRONGER = set(
    "very really so extremely absolutely totally completely incredibly truly highly utterly deeply especially "
    "thoroughly quite most more too amazingly remarkably super".split()
)
WEAKER = set("somewhat slightly fairly kinda sorta little mildly partly almost occasionally sometimes".split())
