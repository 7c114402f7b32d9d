//! The span of one prediction. Its fields are named by OpenTelemetry's conventions for generative models:
//! <https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/>. Fields without a conventional name begin with
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

/// Creates the span of a prediction or of a refresh: both have the same fields.
///
/// The values are computed only if the span is enabled.
macro_rules! span {
    ($($parent:ident: $none:expr,)? $name:literal, $inference:ident, $spec:ident, $first:expr) => {{
        let first = LazyCell::new($first);
        let operation = operation_name($spec.task());
        tracing::info_span!(
            target: "inference_runtime",
            $($parent: $none,)?
            $name,
            otel.name = %format_args!("{operation} {}", first.name()),
            otel.kind = "client",
            otel.status_code = Empty,
            gen_ai.operation.name = operation,
            gen_ai.provider.name = first.provider(),
            gen_ai.request.model = first.name(),
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
    /// Returns the span of the prediction, a child of the request's span. It is created on the first call.
    pub(crate) fn span(&mut self) -> Span {
        let (inference, spec) = (self.inference, self.spec);
        let span = self.span.get_or_insert_with(|| {
            span!(
                "prediction",
                inference,
                spec,
                || FirstModel::from_operation(inference, spec)
            )
        });
        span.clone()
    }
}

/// Creates the span of a refresh: the root of its own trace, which follows from the prediction that started it.
pub(crate) fn refresh_span(
    inference: &Inference,
    spec: &'static Spec,
    model: &Arc<PlannedModel>,
) -> Span {
    let span =
        span!(parent: None, "refresh", inference, spec, || FirstModel::new(inference, model));
    span.follows_from(Span::current());
    span
}

/// The first model that can be called: of a chain, the first whose backend is configured.
struct FirstModel {
    planned: Option<Arc<PlannedModel>>,
    backend: Option<Arc<dyn Backend>>,
}

impl FirstModel {
    fn from_operation(inference: &Inference, spec: &'static Spec) -> Self {
        let plan = inference.plan(spec);
        let configured = plan
            .models
            .iter()
            .find(|model| inference.backend(model).is_ok());
        match configured.or(plan.models.first()) {
            Some(model) => Self::new(inference, model),
            None => Self {
                planned: None,
                backend: None,
            },
        }
    }

    fn new(inference: &Inference, model: &Arc<PlannedModel>) -> Self {
        Self {
            planned: Some(Arc::clone(model)),
            backend: inference.backend(model).ok().cloned(),
        }
    }

    fn model(&self) -> Option<&Model> {
        self.planned.as_ref().map(|planned| &*planned.model)
    }

    fn name(&self) -> &str {
        self.model().map_or("", Model::name)
    }

    /// Returns OpenTelemetry's name of the provider, otherwise the name under which the backend is registered.
    fn provider(&self) -> &str {
        match self.model().map_or("", Model::backend) {
            DEFAULT_BACKEND => "huggingface",
            other => other,
        }
    }

    fn server(&self) -> Option<&str> {
        self.backend.as_deref().and_then(Backend::server_address)
    }
}

/// Returns OpenTelemetry's name of the operation, otherwise the task's name.
fn operation_name(task: &'static str) -> &'static str {
    match task {
        "chat-completion" | "image-text-to-text" => "chat",
        "text-generation" => "text_completion",
        "feature-extraction" => "embeddings",
        other => other,
    }
}
