//! The tasks on text and on lists of texts.

use super::kinds::{
    AGGREGATION_STRATEGY, FUNCTION_TO_APPLY, Kind, PADDING, TRUNCATION, TRUNCATION_DIRECTION,
};
use super::{Task, optional, paired, required, task};

tags! {
    TEXT_CLASSIFICATION = "text-classification";
    ZERO_SHOT_CLASSIFICATION = "zero-shot-classification";
    TOKEN_CLASSIFICATION = "token-classification";
    QUESTION_ANSWERING = "question-answering";
    TABLE_QUESTION_ANSWERING = "table-question-answering";
    SUMMARIZATION = "summarization";
    TRANSLATION = "translation";
    FILL_MASK = "fill-mask";
    TEXT_GENERATION = "text-generation";
    FEATURE_EXTRACTION = "feature-extraction";
    SENTENCE_SIMILARITY = "sentence-similarity";
    TEXT_RANKING = "text-ranking";
}

pub(super) static TEXT: &[Task] = &[
    task(
        TEXT_CLASSIFICATION,
        "TextClassification",
        &[
            "sentiment",
            "sentiment-analysis",
            "classification",
            "text-classifier",
        ],
        &[
            optional("function_to_apply", Kind::Choice(&FUNCTION_TO_APPLY)),
            optional("top_k", Kind::Integer),
        ],
    ),
    task(
        ZERO_SHOT_CLASSIFICATION,
        "ZeroShotClassification",
        &["zero-shot"],
        &[
            required("candidate_labels", Kind::Texts),
            optional("hypothesis_template", Kind::Text),
            optional("multi_label", Kind::Switch),
        ],
    ),
    task(
        TOKEN_CLASSIFICATION,
        "TokenClassification",
        &["ner", "named-entity-recognition", "pos", "pos-tagging"],
        &[
            optional("aggregation_strategy", Kind::Choice(&AGGREGATION_STRATEGY)),
            optional("ignore_labels", Kind::Texts),
            optional("stride", Kind::Integer),
        ],
    ),
    task(
        QUESTION_ANSWERING,
        "QuestionAnswering",
        &["qa", "extractive-question-answering"],
        &[
            optional("align_to_words", Kind::Switch),
            optional("doc_stride", Kind::Integer),
            optional("handle_impossible_answer", Kind::Switch),
            optional("max_answer_len", Kind::Integer),
            optional("max_question_len", Kind::Integer),
            optional("max_seq_len", Kind::Integer),
            optional("top_k", Kind::Integer),
        ],
    ),
    task(
        TABLE_QUESTION_ANSWERING,
        "TableQuestionAnswering",
        &["table-qa"],
        &[
            optional("padding", Kind::Choice(&PADDING)),
            optional("sequential", Kind::Switch),
            optional("truncation", Kind::Switch),
        ],
    ),
    task(
        SUMMARIZATION,
        "Summarization",
        &["summary", "summarize", "summarise", "summarisation"],
        &[
            optional("clean_up_tokenization_spaces", Kind::Switch),
            optional("generate_parameters", Kind::Json),
            optional("truncation", Kind::Choice(&TRUNCATION)),
        ],
    ),
    task(
        TRANSLATION,
        "Translation",
        &["translate"],
        &[
            optional("clean_up_tokenization_spaces", Kind::Switch),
            optional("generate_parameters", Kind::Json),
            paired("src_lang", "tgt_lang", Kind::Text),
            paired("tgt_lang", "src_lang", Kind::Text),
            optional("truncation", Kind::Choice(&TRUNCATION)),
        ],
    ),
    task(
        FILL_MASK,
        "FillMask",
        &["mask-filling", "masked-lm", "masked-language-modeling"],
        &[
            optional("targets", Kind::Texts),
            optional("top_k", Kind::Integer),
        ],
    ),
    task(
        TEXT_GENERATION,
        "TextGeneration",
        &[
            "text2text-generation",
            "generation",
            "generate",
            "completion",
            "completions",
        ],
        &[
            optional("adapter_id", Kind::Text),
            optional("best_of", Kind::Integer),
            optional("decoder_input_details", Kind::Switch),
            optional("details", Kind::Switch),
            optional("do_sample", Kind::Switch),
            optional("frequency_penalty", Kind::Number),
            optional("grammar", Kind::Json),
            optional("max_new_tokens", Kind::Integer),
            optional("repetition_penalty", Kind::Number),
            optional("return_full_text", Kind::Switch),
            optional("seed", Kind::Integer),
            optional("stop", Kind::Texts),
            optional("temperature", Kind::Number),
            optional("top_k", Kind::Integer),
            optional("top_n_tokens", Kind::Integer),
            optional("top_p", Kind::Number),
            optional("truncate", Kind::Integer),
            optional("typical_p", Kind::Number),
            optional("watermark", Kind::Switch),
        ],
    ),
    task(
        FEATURE_EXTRACTION,
        "FeatureExtraction",
        &[
            "embedding",
            "embeddings",
            "sentence-embedding",
            "sentence-embeddings",
        ],
        &[
            optional("dimensions", Kind::Integer),
            optional("normalize", Kind::Switch),
            optional("prompt_name", Kind::Text),
            optional("truncate", Kind::Switch),
            optional("truncation_direction", Kind::Choice(&TRUNCATION_DIRECTION)),
        ],
    ),
    task(
        SENTENCE_SIMILARITY,
        "SentenceSimilarity",
        &["similarity"],
        &[],
    ),
    task(
        TEXT_RANKING,
        "TextRanking",
        &["rerank", "reranker", "reranking"],
        &[],
    ),
];
