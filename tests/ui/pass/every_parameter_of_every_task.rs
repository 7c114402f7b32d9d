use axum::body::Bytes;
use inference_runtime::prelude::*;
use inference_runtime::task::{Tool, ToolChoice};
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

#[infer(
    model = "org/name",
    task = "image-classification",
    parameters(
        function_to_apply = "sigmoid",
        top_k = 3,
    )
)]
async fn image_classification(image: Upload, #[prediction] _it: Option<Label>) {}

#[infer(
    model = "org/name",
    task = "zero-shot-image-classification",
    parameters(
        candidate_labels = ["a", "b"],
        hypothesis_template = "a photo of {}",
    )
)]
async fn zero_shot_image_classification(image: Media, #[prediction] _it: Option<Vec<Label>>) {}

#[infer(model = "org/name", task = "object-detection", parameters(threshold = 0.5))]
async fn object_detection(image: Vec<u8>, #[prediction] _it: Option<Vec<Detection>>) {}

#[infer(
    model = "org/name",
    task = "zero-shot-object-detection",
    parameters(
        candidate_labels = ["a", "b"],
    )
)]
async fn zero_shot_object_detection(image: Bytes, #[prediction] _it: Option<Vec<Detection>>) {}

#[infer(
    model = "org/name",
    task = "image-segmentation",
    parameters(
        mask_threshold = 0.5,
        overlap_mask_area_threshold = 0.5,
        subtask = "panoptic",
        threshold = 0.9,
    )
)]
async fn image_segmentation(image: Bytes, #[prediction] _it: Option<Vec<Segment>>) {}

#[infer(model = "org/name", task = "depth-estimation")]
async fn depth_estimation(image: Bytes, #[prediction] _it: Option<Depth>) {}

#[infer(
    model = "org/name",
    task = "image-to-text",
    parameters(
        generation_parameters = json!({"num_beams": 2}),
        max_new_tokens = 20,
    )
)]
async fn image_to_text(image: Bytes, #[prediction] _it: Option<String>) {}

#[infer(
    model = "org/name",
    task = "document-question-answering",
    parameters(
        doc_stride = 1,
        handle_impossible_answer = true,
        lang = "en",
        max_answer_len = 1,
        max_question_len = 1,
        max_seq_len = 1,
        top_k = 1,
        word_boxes = json!([]),
    )
)]
async fn document_question_answering(question: MediaQuestion, #[prediction] _it: Option<Answer>) {}

#[infer(model = "org/name", task = "visual-question-answering", parameters(top_k = 1))]
async fn visual_question_answering(question: MediaQuestion, #[prediction] _it: Option<Vec<Answer>>) {}

#[infer(
    model = "org/name",
    task = "automatic-speech-recognition",
    parameters(
        generation_parameters = json!({"num_beams": 2}),
        return_timestamps = true,
    )
)]
async fn automatic_speech_recognition(audio: Bytes, #[prediction] _it: Option<Transcript>) {}

#[infer(
    model = "org/name",
    task = "audio-classification",
    parameters(
        function_to_apply = "softmax",
        top_k = 3,
    )
)]
async fn audio_classification(audio: Bytes, #[prediction] _it: Option<Label>) {}

#[infer(
    model = "org/name",
    task = "video-classification",
    parameters(
        frame_sampling_rate = 4,
        function_to_apply = "none",
        num_frames = 8,
        top_k = 3,
    )
)]
async fn video_classification(video: Bytes, #[prediction] _it: Option<Label>) {}

#[infer(
    model = "org/name",
    task = "text-to-image",
    parameters(
        guidance_scale = 7.5,
        height = 768,
        negative_prompt = "blurry",
        num_inference_steps = 20,
        scheduler = "euler",
        seed = 1,
        width = 1024,
    )
)]
async fn text_to_image(text: String, #[prediction] _it: Option<Media>) {}

#[infer(
    model = "org/name",
    task = "image-to-image",
    parameters(
        guidance_scale = 7.5,
        negative_prompt = "blurry",
        num_inference_steps = 20,
        prompt = "a cat",
        target_size = (1024, 768),
    )
)]
async fn image_to_image(image: Bytes, #[prediction] _it: Option<Bytes>) {}

#[infer(
    model = "org/name",
    task = "text-to-video",
    parameters(
        guidance_scale = 7.5,
        negative_prompt = ["blurry"],
        num_frames = 24,
        num_inference_steps = 20,
        seed = 1,
    )
)]
async fn text_to_video(text: String, #[prediction] _it: Option<Media>) {}

#[infer(
    model = "org/name",
    task = "image-to-video",
    parameters(
        guidance_scale = 7.5,
        negative_prompt = "blurry",
        num_frames = 24,
        num_inference_steps = 20,
        prompt = "it moves",
        seed = 1,
        target_size = TargetSize::new(1024, 768),
    )
)]
async fn image_to_video(image: Bytes, #[prediction] _it: Option<Media>) {}

#[infer(
    model = "org/name",
    task = "text-to-speech",
    parameters(
        do_sample = true,
        early_stopping = json!("never"),
        epsilon_cutoff = 0.1,
        eta_cutoff = 0.1,
        max_length = 9,
        max_new_tokens = 9,
        min_length = 1,
        min_new_tokens = 1,
        num_beam_groups = 1,
        num_beams = 4,
        penalty_alpha = 0.5,
        temperature = 0.7,
        top_k = 5,
        top_p = 0.9,
        typical_p = 0.9,
        use_cache = true,
    )
)]
async fn text_to_speech(text: String, #[prediction] _it: Option<Media>) {}

#[infer(model = "org/name", task = "audio-to-audio")]
async fn audio_to_audio(audio: Bytes, #[prediction] _it: Option<Vec<AudioTrack>>) {}

#[infer(model = "org/name", task = "tabular-classification")]
async fn tabular_classification(table: Table, #[prediction] _it: Option<Vec<String>>) {}

#[infer(model = "org/name", task = "tabular-regression")]
async fn tabular_regression(table: Table, #[prediction] _it: Option<Vec<f64>>) {}

#[infer(
    model = "org/name",
    task = "chat-completion",
    input = messages,
    parameters(
        extra_body = json!({"top_k": 40}),
        frequency_penalty = 0.1,
        logit_bias = json!({"50256": -100}),
        logprobs = true,
        max_tokens = 200,
        n = 1,
        presence_penalty = 0.1,
        reasoning_effort = "low",
        response_format = json!({"type": "json_object"}),
        seed = 1,
        stop = ["."],
        stream_options = json!({"include_usage": true}),
        temperature = 0.2,
        tool_choice = "required",
        tool_prompt = "Use one.",
        tools = [tool.clone()],
        top_logprobs = 3,
        top_p = 0.9,
    )
)]
async fn chat_completion(messages: Vec<Message>, tool: Tool, #[prediction] _it: Option<ChatReply>) {}

#[infer(
    model = "org/name",
    task = "image-text-to-text",
    parameters(
        tool_choice = ToolChoice::Function(String::from("weather")),
    )
)]
async fn image_text_to_text(question: ImageText, #[prediction] _it: Option<ChatReply>) {}

fn main() {}
