use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, Request, Response, header};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::{Inference, report::Report};

/// Adds the [`Inference`] to every request of a router, and reports its predictions in the response headers
/// `x-inference-source`, `Server-Timing`, `Cache-Status` and `Age`.
#[derive(Clone, Debug)]
pub struct InferenceLayer(Inference);

impl InferenceLayer {
    fn new(inference: Inference) -> Self {
        Self(inference)
    }
}

impl Inference {
    /// Returns the layer that adds this runtime to the requests of a router and reports predictions in their responses.
    #[must_use]
    pub fn layer(&self) -> InferenceLayer {
        InferenceLayer::new(self.clone())
    }
}

impl<S> Layer<S> for InferenceLayer {
    type Service = InferenceService<S>;

    fn layer(&self, inner: S) -> InferenceService<S> {
        InferenceService {
            inner,
            inference: self.0.clone(),
        }
    }
}

/// See [`InferenceLayer`].
#[derive(Clone, Debug)]
pub struct InferenceService<S> {
    inner: S,
    inference: Inference,
}

impl<S, B, R> Service<Request<B>> for InferenceService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = ReportedResponse<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> ReportedResponse<S::Future> {
        let report = Arc::new(Report::default());
        let inference = self
            .inference
            .for_request(has_no_cache(request.headers()), Some(Arc::clone(&report)));
        request.extensions_mut().insert(inference);
        ReportedResponse {
            inner: self.inner.call(request),
            report,
        }
    }
}

pin_project! {
    /// A future of the inner service's response, with the report in its headers.
    #[derive(Debug)]
    pub struct ReportedResponse<F> {
        #[pin]
        inner: F,
        report: Arc<Report>,
    }
}

impl<F, R, E> Future for ReportedResponse<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.inner.poll(cx))?;
        this.report.write(response.headers_mut());
        Poll::Ready(Ok(response))
    }
}

/// Whether a request's `Cache-Control` is `no-cache` (RFC 9111, 5.2.1.4).
pub(super) fn has_no_cache(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|directive| directive.trim().eq_ignore_ascii_case("no-cache"))
}
