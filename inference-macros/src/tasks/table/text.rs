//! The tasks on text and on lists of texts.

use super::super::Task;
use super::super::kinds::{
    AGGREGATION_STRATEGY, FUNCTION_TO_APPLY, Kind, PADDING, TRUNCATION, TRUNCATION_DIRECTION,
};
use super::{optional, paired, required, task};

pub(super) static TEXT: &[Task] = &[
    task(
        "text-classification",
        "TextClassification",
        &[
            optional("function_to_apply", Kind::Choice(&FUNCTION_TO_APPLY)),
            optional("top_k", Kind::Integer),
        ],
    ),
    task(
        "zero-shot-classification",
        "ZeroShotClassification",
        &[
            required("candidate_labels", Kind::Texts),
            optional("hypothesis_template", Kind::Text),
            optional("multi_label", Kind::Switch),
        ],
    ),
    task(
        "token-classification",
        "TokenClassification",
        &[
            optional("aggregation_strategy", Kind::Choice(&AGGREGATION_STRATEGY)),
            optional("ignore_labels", Kind::Texts),
            optional("stride", Kind::Integer),
        ],
    ),
    task(
        "question-answering",
        "QuestionAnswering",
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
        "table-question-answering",
        "TableQuestionAnswering",
        &[
            optional("padding", Kind::Choice(&PADDING)),
            optional("sequential", Kind::Switch),
            optional("truncation", Kind::Switch),
        ],
    ),
    task(
        "summarization",
        "Summarization",
        &[
            optional("clean_up_tokenization_spaces", Kind::Switch),
            optional("generate_parameters", Kind::Json),
            optional("truncation", Kind::Choice(&TRUNCATION)),
        ],
    ),
    task(
        "translation",
        "Translation",
        &[
            optional("clean_up_tokenization_spaces", Kind::Switch),
            optional("generate_parameters", Kind::Json),
            paired("src_lang", "tgt_lang", Kind::Text),
            paired("tgt_lang", "src_lang", Kind::Text),
            optional("truncation", Kind::Choice(&TRUNCATION)),
        ],
    ),
    task(
        "fill-mask",
        "FillMask",
        &[
            optional("targets", Kind::Texts),
            optional("top_k", Kind::Integer),
        ],
    ),
    task(
        "text-generation",
        "TextGeneration",
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
        "feature-extraction",
        "FeatureExtraction",
        &[
            optional("dimensions", Kind::Integer),
            optional("normalize", Kind::Switch),
            optional("prompt_name", Kind::Text),
            optional("truncate", Kind::Switch),
            optional("truncation_direction", Kind::Choice(&TRUNCATION_DIRECTION)),
        ],
    ),
    task("sentence-similarity", "SentenceSimilarity", &[]),
    task("text-ranking", "TextRanking", &[]),
];
