use inference_runtime::prelude::*;
use serde_json::json;

#[infer(
    model = "org/name",
    task = "text-classification",
    parameters(function_to_apply = "none", top_k = 3)
)]
async fn text_classification(text: String, #[prediction] _it: Option<Label>) {}

#[infer(
    model = "org/name",
    task = "zero-shot-classification",
    parameters(candidate_labels = ["a", "b"], hypothesis_template = "This is {}.", multi_label = true),
)]
async fn zero_shot(text: String, #[prediction] _it: Option<Vec<Label>>) {}

#[infer(
    model = "org/name",
    task = "token-classification",
    parameters(aggregation_strategy = "simple", ignore_labels = ["O"], stride = 2)
)]
async fn token_classification(text: String, #[prediction] _it: Option<Vec<Entity>>) {}

#[infer(
    model = "org/name",
    task = "question-answering",
    parameters(
        align_to_words = true,
        doc_stride = 1,
        handle_impossible_answer = false,
        max_answer_len = 1,
        max_question_len = 1,
        max_seq_len = 1,
        top_k = 1,
    )
)]
async fn question_answering(question: Question, #[prediction] _it: Option<Answer>) {}

#[infer(
    model = "org/name",
    task = "table-question-answering",
    parameters(padding = "do_not_pad", sequential = true, truncation = true)
)]
async fn table(question: TableQuestion, #[prediction] _it: Option<TableAnswer>) {}

#[infer(
    model = "org/name",
    task = "summarization",
    parameters(clean_up_tokenization_spaces = true, generate_parameters = json!({"max_length": 20}), truncation = "longest_first")
)]
async fn summarization(text: String, #[prediction] _it: Option<String>) {}

#[infer(
    model = "org/name",
    task = "translation",
    parameters(clean_up_tokenization_spaces = true, src_lang = "en", tgt_lang = "de", truncation = "only_first")
)]
async fn translation(text: String, #[prediction] _it: Option<String>) {}

#[infer(model = "org/name", task = "fill-mask", parameters(targets = ["a"], top_k = 2))]
async fn fill_mask(text: String, #[prediction] _it: Option<MaskFill>) {}

#[infer(
    model = "org/name",
    task = "text-generation",
    parameters(
        adapter_id = "a/b",
        best_of = 2,
        decoder_input_details = true,
        details = true,
        do_sample = true,
        frequency_penalty = 0.1,
        grammar = json!({"type": "regex", "value": "[a-z]+"}),
        max_new_tokens = 20,
        repetition_penalty = 1,
        return_full_text = false,
        seed = 7,
        stop = ["."],
        temperature = -0.5,
        top_k = 5,
        top_n_tokens = 5,
        top_p = 0.9,
        truncate = 100,
        typical_p = 0.9,
        watermark = false,
    )
)]
async fn generation(text: String, #[prediction] _it: Option<Generation>) {}

#[infer(
    model = "org/name",
    task = "feature-extraction",
    parameters(dimensions = 256, normalize = true, prompt_name = "query", truncate = true, truncation_direction = "left")
)]
async fn features(text: String, #[prediction] _it: Option<Embedding>) {}

#[infer(model = "org/name", task = "sentence-similarity")]
async fn similarity(sentences: Sentences, #[prediction] _it: Option<Vec<f32>>) {}

#[infer(model = "org/name", task = "text-ranking")]
async fn ranking(query: Ranking, #[prediction] _it: Option<Vec<Ranked>>) {}

#[infer(model = "org/name", task = "custom", parameters(steps = 3, r#type = "x", scale = 0.5))]
async fn custom(text: String, #[prediction] _it: Option<serde_json::Value>) {}

fn main() {}
