//! The span of one prediction, with the names that OpenTelemetry gives to calls of generative models:
//! <https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/>. What those have no name for begins with
//! `inference.`.

use std::{cell::LazyCell, sync::Arc};

use tracing::{Span, field::Empty};

use crate::{
    Inference,
    backend::Backend,
    call::Call,
    operation::{DEFAULT_BACKEND, Model, Spec},
    runtime::PlannedModel,
    task::Task,
};

/// All spans of predictions, and those of refreshes, have the same fields: one macro for both.
///
/// What stands in the fields is only asked where somebody listens: without, this is a comparison.
macro_rules! span {
    ($($parent:ident: $none:expr,)? $name:literal, $inference:ident, $spec:ident, $first:expr) => {{
        let first = LazyCell::new($first);
        let operation = operation_name($spec.task());
        tracing::info_span!(
            target: "inference_runtime",
            $($parent: $none,)?
            $name,
            otel.name = %format_args!("{operation} {}", first.model()),
            otel.kind = "client",
            otel.status_code = Empty,
            gen_ai.operation.name = operation,
            gen_ai.provider.name = first.provider(),
            gen_ai.request.model = first.model(),
            gen_ai.request.stream = Empty,
            gen_ai.response.model = Empty,
            gen_ai.response.finish_reasons = Empty,
            gen_ai.response.time_to_first_chunk = Empty,
            gen_ai.usage.input_tokens = Empty,
            gen_ai.usage.output_tokens = Empty,
            gen_ai.input.messages = Empty,
            gen_ai.output.messages = Empty,
            server.address = first.server(),
            error.type = Empty,
            inference.operation = $spec.name(),
            inference.task = $spec.task(),
            inference.source = Empty,
            inference.provider = Empty,
            inference.cache = Empty,
            inference.age = Empty,
            inference.items = Empty,
        )
    }};
}

impl<T: Task> Call<'_, T> {
    /// The span of the prediction, within that of its request: created on the first call.
    pub(crate) fn span(&mut self) -> Span {
        let (inference, spec) = (self.inference, self.spec);
        let span = self.span.get_or_insert_with(|| {
            span!("prediction", inference, spec, || First::of_operation(
                inference, spec
            ))
        });
        span.clone()
    }
}

/// The span of a refresh. It begins within a prediction that does not wait for it: a trace of its own, which says what
/// it follows.
pub(crate) fn refresh_span(
    inference: &Inference,
    spec: &'static Spec,
    served: &Arc<PlannedModel>,
) -> Span {
    let span =
        span!(parent: None, "refresh", inference, spec, || First::of_model(inference, served));
    span.follows_from(Span::current());
    span
}

/// The model that is asked first: of a chain the first one that can be.
struct First {
    served: Option<Arc<PlannedModel>>,
    backend: Option<Arc<dyn Backend>>,
}

impl First {
    fn of_operation(inference: &Inference, spec: &'static Spec) -> Self {
        let plan = inference.plan(spec);
        let configured = plan
            .models
            .iter()
            .find(|served| inference.backend(served).is_ok());
        match configured.or(plan.models.first()) {
            Some(served) => Self::of_model(inference, served),
            None => Self {
                served: None,
                backend: None,
            },
        }
    }

    fn of_model(inference: &Inference, served: &Arc<PlannedModel>) -> Self {
        Self {
            served: Some(Arc::clone(served)),
            backend: inference.backend(served).ok().cloned(),
        }
    }

    fn asked(&self) -> Option<&Model> {
        self.served.as_ref().map(|served| &*served.model)
    }

    fn model(&self) -> &str {
        self.asked().map_or("", Model::name)
    }

    /// OpenTelemetry has names for some services and lets others choose: a backend is called what it is registered as.
    fn provider(&self) -> &str {
        match self.asked().map_or("", Model::backend) {
            DEFAULT_BACKEND => "huggingface",
            other => other,
        }
    }

    fn server(&self) -> Option<&str> {
        self.backend.as_deref().and_then(Backend::server_address)
    }
}

/// OpenTelemetry's name for what a model is asked to do, where it has one; else the task's.
fn operation_name(task: &'static str) -> &'static str {
    match task {
        "chat-completion" | "image-text-to-text" => "chat",
        "text-generation" => "text_completion",
        "feature-extraction" => "embeddings",
        other => other,
    }
}
