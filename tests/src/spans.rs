//! Captures spans.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
};

use tracing::{
    Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::layer::{Context, Layer};

use crate::logs;

thread_local! {
    /// The spans of this thread, while a test captures them.
    static CAPTURED: RefCell<Option<SharedSpans>> = const { RefCell::new(None) };
}

type SharedSpans = Arc<Mutex<Vec<Span>>>;

/// The spans opened on this thread, from [`capture`](Self::capture) until the value is dropped.
pub struct Spans {
    spans: SharedSpans,
}

/// The current state of a span.
#[derive(Clone, Debug)]
pub struct Span {
    id: Id,
    /// The name.
    pub name: &'static str,
    /// The recorded fields.
    pub fields: BTreeMap<&'static str, String>,
    /// Whether the span is closed.
    pub closed: bool,
    /// Whether the span has a parent.
    pub has_parent: bool,
    /// Whether the span has a `follows_from` relation.
    pub follows_from: bool,
}

impl Span {
    /// Returns the value of a field, or an empty string if it was not recorded.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

impl Spans {
    /// Starts capturing.
    #[must_use]
    pub fn capture() -> Self {
        logs::install_subscriber();
        let spans = SharedSpans::default();
        CAPTURED.set(Some(Arc::clone(&spans)));
        Self { spans }
    }

    /// Returns the spans with this name, in the order in which they were opened.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<Span> {
        let spans = self.spans.lock().expect("no layer should have panicked");
        let named = spans.iter().filter(|span| span.name == name);
        named.cloned().collect()
    }

    /// Returns the only `prediction` span.
    #[must_use]
    pub fn prediction(&self) -> Span {
        let mut all = self.named("prediction");
        assert_eq!(all.len(), 1, "{all:#?}");
        all.remove(0)
    }
}

impl Drop for Spans {
    fn drop(&mut self) {
        let _ = CAPTURED.take();
    }
}

/// Records the spans of the current thread.
pub(crate) struct CaptureLayer;

impl<S: Subscriber> Layer<S> for CaptureLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let contextual = attributes.is_contextual() && context.current_span().id().is_some();
        with_spans(|spans| {
            spans.push(Span {
                id: id.clone(),
                name: attributes.metadata().name(),
                fields: fields.0,
                closed: false,
                has_parent: contextual || attributes.parent().is_some(),
                follows_from: false,
            });
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        with(id, |span| span.fields.append(&mut fields.0));
    }

    fn on_follows_from(&self, id: &Id, _: &Id, _: Context<'_, S>) {
        with(id, |span| span.follows_from = true);
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        with(&id, |span| span.closed = true);
    }
}

fn with_spans(act: impl FnOnce(&mut Vec<Span>)) {
    if let Some(spans) = CAPTURED.with_borrow(Clone::clone) {
        act(&mut spans.lock().expect("no layer should have panicked"));
    }
}

/// Span ids are reused after a span has closed, so the latest open span is taken.
fn with(id: &Id, act: impl FnOnce(&mut Span)) {
    with_spans(|spans| {
        let span = spans
            .iter_mut()
            .rev()
            .find(|span| span.id == *id && !span.closed);
        if let Some(span) = span {
            act(span);
        }
    });
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}
