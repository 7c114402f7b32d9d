//! Calls as JSON: storing one, and running one by the name of its operation.

use futures_util::future::{BoxFuture, FutureExt};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, value::RawValue};

use inference_spec::nearest;

use crate::{
    ErrorKind, Inference, InferenceError, Prediction,
    call::{Call, Operation, several_inputs},
    operation::{Registered, Spec, StoredCall, operations},
    task::{self, Task},
};

type Outcome = Result<Prediction<Value>, InferenceError>;

/// Runs stored calls of one task, whose type is erased. The registry holds it as an `Any`.
#[derive(Debug)]
pub struct Runner {
    run: for<'a> fn(&'a Inference, &'static Spec, StoredCall) -> BoxFuture<'a, Outcome>,
}

/// A task whose stored calls can be run.
///
/// Implemented for each task separately: the code is then compiled in this crate, and not again in every crate that
/// has an `#[infer]`.
pub trait RunStored: Task {
    /// Makes the prediction of a stored call.
    fn run<'a>(
        inference: &'a Inference,
        spec: &'static Spec,
        call: StoredCall,
    ) -> BoxFuture<'a, Outcome>;

    /// Makes the prediction, without naming the task's type.
    const RUNNER: &'static Runner = &Runner { run: Self::run };
}

/// The runner of an operation's task.
#[must_use]
pub const fn runner<T: RunStored>(
    _: &'static Operation<T>,
) -> &'static (dyn std::any::Any + Send + Sync) {
    T::RUNNER
}

macro_rules! run_stored {
    ($($task:ident),+ $(,)?) => {$(
        impl RunStored for task::$task {
            fn run<'a>(
                inference: &'a Inference,
                spec: &'static Spec,
                call: StoredCall,
            ) -> BoxFuture<'a, Outcome> {
                run::<Self>(inference, spec, call).boxed()
            }
        }
    )+};
}

run_stored!(
    AudioClassification,
    AudioToAudio,
    AutomaticSpeechRecognition,
    ChatCompletion,
    Custom,
    DepthEstimation,
    DocumentQuestionAnswering,
    FeatureExtraction,
    FillMask,
    ImageClassification,
    ImageSegmentation,
    ImageTextToText,
    ImageToImage,
    ImageToText,
    ImageToVideo,
    ObjectDetection,
    QuestionAnswering,
    SentenceSimilarity,
    Summarization,
    TableQuestionAnswering,
    TabularClassification,
    TabularRegression,
    TextClassification,
    TextGeneration,
    TextRanking,
    TextToImage,
    TextToSpeech,
    TextToVideo,
    TokenClassification,
    Translation,
    VideoClassification,
    VisualQuestionAnswering,
    ZeroShotClassification,
    ZeroShotImageClassification,
    ZeroShotObjectDetection,
);

impl Inference {
    /// Makes the prediction of a stored call, with the models, cache and policies of the operation it names.
    /// Returns the output as JSON, with its origin.
    ///
    /// `preprocess`, `postprocess`, `fallback` and the type of the parameter belong to the handler and are not applied.
    ///
    /// ```no_run
    /// use inference_runtime::{Inference, InferenceError, operation::StoredCall};
    ///
    /// # async fn run(inference: Inference) -> Result<(), InferenceError> {
    /// let call = StoredCall::new("shop::sentiment", "Great value.")?;
    /// let prediction = inference.run(call).await?;
    /// println!("{} ({})", prediction.value, prediction.source);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) if the program has no such operation, or if input or parameters are
    /// not those of its task; else as [`Call::predict`].
    pub async fn run(&self, call: StoredCall) -> Result<Prediction<Value>, InferenceError> {
        let operation = find(call.operation())?;
        let runner: &Runner = operation.runner().ok_or_else(|| {
            // Only the code that `#[infer]` writes registers operations, always with a `Runner`.
            InferenceError::new(
                ErrorKind::Internal,
                format!("the operation `{}` has no runner", operation.name()),
            )
        })?;
        (runner.run)(self, operation.spec(), call).await
    }
}

/// Returns the operation of this name: the first, if several share it.
fn find(name: &str) -> Result<&'static Registered, InferenceError> {
    let operations = operations();
    if let Some(operation) = operations.iter().find(|operation| operation.name() == name) {
        return Ok(operation);
    }
    let help = match nearest(name, operations.iter().map(|operation| operation.name())) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "`Inference::operations()` lists the operations of the program".to_owned(),
    };
    Err(InferenceError::new(
        ErrorKind::InvalidInput,
        format!("the program has no operation `{name}`; help: {help}"),
    ))
}

async fn run<T: Task>(inference: &Inference, spec: &'static Spec, stored: StoredCall) -> Outcome {
    let input = read(spec, "input", stored.input())?;
    let mut call = Call::<T>::new(inference, spec, Ok(input));
    if let Some(parameters) = stored.parameters() {
        call = call.parameters(read_parameters::<T>(spec, parameters)?);
    }
    if let Some(scope) = stored.scope() {
        call = call.scope(scope);
    }
    if let Some(key) = stored.key() {
        call = call.key(key);
    }
    call.predict().await?.try_map(|output| {
        serde_json::to_value(output).map_err(|error| {
            let message = format!("the output of `{}` cannot be written as JSON", spec.name());
            InferenceError::new(ErrorKind::UnexpectedOutput, message).with_source(error)
        })
    })
}

fn read<V: DeserializeOwned>(
    spec: &Spec,
    field: &str,
    json: &RawValue,
) -> Result<V, InferenceError> {
    serde_json::from_str(json.get()).map_err(|error| {
        invalid(
            spec,
            field,
            format_args!("send an input of `{}`", spec.task()),
            error,
        )
    })
}

/// Reads the parameters. The error names the first parameter that cannot be read.
fn read_parameters<T: Task>(spec: &Spec, json: &RawValue) -> Result<T::Parameters, InferenceError> {
    let error = match serde_json::from_str(json.get()) {
        Ok(parameters) => return Ok(parameters),
        Err(error) => error,
    };
    // Every parameter may be absent, so each can be read without the others.
    let members: Map<String, Value> = serde_json::from_str(json.get()).unwrap_or_default();
    let wrong = members.into_iter().find_map(|(name, value)| {
        let alone = Map::from_iter([(name.clone(), value)]);
        let error = T::Parameters::deserialize(Value::Object(alone)).err()?;
        Some((format!("parameters.{name}"), error))
    });
    let (field, error) = wrong.unwrap_or_else(|| ("parameters".to_owned(), error));
    let help = format_args!("send an object of parameters of `{}`", spec.task());
    Err(invalid(spec, &field, help, error))
}

fn invalid(
    spec: &Spec,
    field: &str,
    help: std::fmt::Arguments<'_>,
    error: serde_json::Error,
) -> InferenceError {
    // The error may quote the input, so it becomes the source, which is only logged.
    InferenceError::new(
        ErrorKind::InvalidInput,
        format!(
            "the `{field}` of a stored call of `{}` cannot be read; help: {help}",
            spec.name()
        ),
    )
    .with_source(error)
}

impl<T: Task> Call<'_, T> {
    /// Returns the call as JSON, which [`Inference::run`] accepts. Does not make the prediction.
    ///
    /// The code of a delivery is not stored: the schema of `Structured` is, among the parameters, but not its
    /// validation and second attempt.
    ///
    /// ```
    /// use inference_runtime::{Call, InferenceError, operation::StoredCall, task::Summarization};
    ///
    /// fn enqueue(call: Call<'_, Summarization>, queue: &mut Vec<StoredCall>) -> Result<(), InferenceError> {
    ///     queue.push(call.store()?);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// The error of an input that was rejected, or [`Internal`](ErrorKind::Internal) for a call with several inputs,
    /// which [`store_each`](Self::store_each) stores.
    pub fn store(&self) -> Result<StoredCall, InferenceError> {
        match &self.items {
            None => self.store_input(&self.input),
            Some(_) => Err(several_inputs()),
        }
    }

    /// Returns a stored call for each input of the call.
    ///
    /// # Errors
    ///
    /// The error of the first input that was rejected.
    pub fn store_each(&self) -> Result<Vec<StoredCall>, InferenceError> {
        match &self.items {
            None => Ok(vec![self.store_input(&self.input)?]),
            Some(items) => items.iter().map(|input| self.store_input(input)).collect(),
        }
    }

    fn store_input(
        &self,
        input: &Result<T::Input, InferenceError>,
    ) -> Result<StoredCall, InferenceError> {
        let input = input.as_ref().map_err(InferenceError::clone)?;
        let mut stored = StoredCall::new(self.spec.name(), input)?;
        if let Some(parameters) = self.stored_parameters()? {
            stored = stored.with_parameters(&parameters)?;
        }
        let options = self.options.as_deref();
        let json = |text: &String| RawValue::from_string(text.clone()).map_err(not_json);
        if let Some(scope) = options.and_then(|options| options.scope.as_ref()) {
            stored = stored.with_scope(&json(scope)?)?;
        }
        if let Some(key) = options.and_then(|options| options.key.as_ref()) {
            stored = stored.with_key(&json(key)?)?;
        }
        Ok(stored)
    }

    /// The parameters as JSON. `None` if all are left to the model.
    fn stored_parameters(&self) -> Result<Option<Box<RawValue>>, InferenceError> {
        task::parameters(&self.parameters).map_err(|error| {
            let message = format!(
                "the `parameters` of a call of `{}` cannot be written as JSON",
                self.spec.name()
            );
            InferenceError::new(ErrorKind::InvalidInput, message).with_source(error)
        })
    }
}

fn not_json(error: serde_json::Error) -> InferenceError {
    let message = "the scope or the key of a call is not JSON";
    InferenceError::new(ErrorKind::Internal, message).with_source(error)
}
