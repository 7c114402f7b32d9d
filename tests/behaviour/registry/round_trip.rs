//! For every task, a call that is stored as text and run sends the same request as the call itself.

mod parameters;
mod samples;

use std::{
    fmt::Debug,
    sync::{Arc, Mutex, PoisonError},
};

use inference_runtime::{
    Operation, Task,
    backend::{Request, from_fn},
    operation::{Model, Spec, StoredCall},
    prelude::*,
    task,
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use samples::Sample;
use serde_json::{Value, json};

/// Defines an operation for each task, and an equal one by hand, whose calls can be stored.
macro_rules! operations {
    ($($name:ident: $task:ident = $tag:literal $(($($argument:tt)*))?,)+) => {
        $(
            #[test]
            fn $name() {
                #[infer(model = "house::model", task = $tag, input = input, name = $tag $(, $($argument)*)?)]
                async fn handler(
                    input: <task::$task as Task>::Input,
                    #[prediction] output: Result<<task::$task as Task>::Output, InferenceError>,
                ) -> Result<<task::$task as Task>::Output, InferenceError> {
                    output
                }

                static BY_HAND: Operation<task::$task> =
                    Operation::new(Spec::new($tag, const { &[Model::new("house", "model", "")] }));

                let _ = handler;
                check(&BY_HAND, |inference, input| BY_HAND.call(inference, input));
            }
        )+

        #[test]
        fn every_task_is_tested() {
            let here = [$($tag),+];
            for (_, task) in inference_runtime::backend::provider_tasks() {
                assert!(here.contains(&task), "{task}");
            }
        }
    };
}

operations! {
    audio_classification: AudioClassification = "audio-classification",
    audio_to_audio: AudioToAudio = "audio-to-audio",
    automatic_speech_recognition: AutomaticSpeechRecognition = "automatic-speech-recognition",
    chat_completion: ChatCompletion = "chat-completion",
    custom: Custom = "custom",
    depth_estimation: DepthEstimation = "depth-estimation",
    document_question_answering: DocumentQuestionAnswering = "document-question-answering",
    feature_extraction: FeatureExtraction = "feature-extraction",
    fill_mask: FillMask = "fill-mask",
    image_classification: ImageClassification = "image-classification",
    image_segmentation: ImageSegmentation = "image-segmentation",
    image_text_to_text: ImageTextToText = "image-text-to-text",
    image_to_image: ImageToImage = "image-to-image",
    image_to_text: ImageToText = "image-to-text",
    image_to_video: ImageToVideo = "image-to-video",
    object_detection: ObjectDetection = "object-detection",
    question_answering: QuestionAnswering = "question-answering",
    sentence_similarity: SentenceSimilarity = "sentence-similarity",
    summarization: Summarization = "summarization",
    table_question_answering: TableQuestionAnswering = "table-question-answering",
    tabular_classification: TabularClassification = "tabular-classification",
    tabular_regression: TabularRegression = "tabular-regression",
    text_classification: TextClassification = "text-classification",
    text_generation: TextGeneration = "text-generation",
    text_ranking: TextRanking = "text-ranking",
    text_to_image: TextToImage = "text-to-image",
    text_to_speech: TextToSpeech = "text-to-speech",
    text_to_video: TextToVideo = "text-to-video",
    token_classification: TokenClassification = "token-classification",
    translation: Translation = "translation",
    video_classification: VideoClassification = "video-classification",
    visual_question_answering: VisualQuestionAnswering = "visual-question-answering",
    zero_shot_classification: ZeroShotClassification = "zero-shot-classification"
        (parameters(candidate_labels = ["a"])),
    zero_shot_image_classification: ZeroShotImageClassification = "zero-shot-image-classification"
        (parameters(candidate_labels = ["a"])),
    zero_shot_object_detection: ZeroShotObjectDetection = "zero-shot-object-detection"
        (parameters(candidate_labels = ["a"])),
}

/// The requests to a service: task, inputs and parameters.
type Requests = Arc<Mutex<Vec<(String, Value, String)>>>;

/// Returns a runtime with a service whose answer is invalid for every task, and the requests to it.
fn service() -> (Requests, Inference) {
    let requests = Requests::default();
    let seen = Arc::clone(&requests);
    let backend = from_fn(move |request: Request| {
        seen.lock().unwrap_or_else(PoisonError::into_inner).push((
            request.task().to_owned(),
            request.inputs(),
            request.parameters().get().to_owned(),
        ));
        async { Ok(json!({"no": "answer"})) }
    });
    let inference = Inference::builder()
        .backend("house", backend)
        .build()
        .expect("a runtime");
    (requests, inference)
}

fn check<T: Task>(
    operation: &'static Operation<T>,
    call: impl for<'a> Fn(&'a Inference, &T::Input) -> inference_runtime::Call<'a, T>,
) where
    T::Input: Sample + PartialEq + Debug,
    T::Parameters: PartialEq + Debug,
{
    let (requests, inference) = service();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut runner = TestRunner::new(Config {
        cases: 48,
        failure_persistence: None,
        ..Config::default()
    });
    let strategy = (T::Input::samples(), parameters::samples::<T::Parameters>());
    let outcome = runner.run(&strategy, |(input, parameters)| {
        let text = serde_json::to_string(&input).expect("JSON");
        let again: T::Input = serde_json::from_str(&text).expect(&text);
        prop_assert_eq!(&again, &input);

        let text = serde_json::to_string(&parameters).expect("JSON");
        let given: T::Parameters = serde_json::from_str(&text).expect(&text);
        let written = serde_json::to_string(&given).expect("JSON");
        let again: T::Parameters = serde_json::from_str(&written).expect(&written);
        prop_assert_eq!(&again, &given);
        let written: Value = serde_json::from_str(&written).expect("JSON");
        prop_assert!(
            parameters.keys().all(|name| written.get(name).is_some()),
            "{} became {}",
            text,
            written
        );

        let new_call = || call(&inference, &input).parameters(given.clone());
        let stored = new_call().store().expect("a stored call");
        prop_assert_eq!(stored.operation(), operation.spec().name());
        let text = serde_json::to_string(&stored).expect("JSON");
        let again: StoredCall = serde_json::from_str(&text).expect(&text);
        prop_assert_eq!(&again, &stored);

        let kinds = runtime.block_on(async {
            let direct = new_call()
                .predict()
                .await
                .map(|_| ())
                .map_err(|error| error.kind());
            let run = inference.run(again).await.map(|_| ());
            (direct, run.map_err(|error| error.kind()))
        });
        prop_assert_eq!(kinds.0, kinds.1);
        let mut requests = requests.lock().unwrap_or_else(PoisonError::into_inner);
        let requests = std::mem::take(&mut *requests);
        let half = requests.len() / 2;
        prop_assert_eq!(&requests[..half], &requests[half..]);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{}: {error}", T::NAME));
}
