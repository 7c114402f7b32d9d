//! The spans that a test opens.

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
    /// The spans of this thread, where somebody looks.
    static SEEN: RefCell<Option<Opened>> = const { RefCell::new(None) };
}

type Opened = Arc<Mutex<Vec<Span>>>;

/// All spans of this thread, from now until it is dropped.
pub struct Spans {
    opened: Opened,
}

/// A span as far as it has come.
#[derive(Clone, Debug)]
pub struct Span {
    id: Id,
    /// Its name.
    pub name: &'static str,
    /// What is written in its fields.
    pub fields: BTreeMap<&'static str, String>,
    /// Whether it has ended.
    pub closed: bool,
    /// Whether it stands in another one.
    pub has_parent: bool,
    /// Whether it says that it follows another one.
    pub follows: bool,
}

impl Span {
    /// What is written in a field; empty where nothing is.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

impl Spans {
    /// Looks.
    #[must_use]
    pub fn capture() -> Self {
        logs::listen();
        let opened = Opened::default();
        SEEN.set(Some(Arc::clone(&opened)));
        Self { opened }
    }

    /// Those of this name, in the order in which they were opened.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<Span> {
        let opened = self.opened.lock().expect("no layer has panicked");
        let named = opened.iter().filter(|span| span.name == name);
        named.cloned().collect()
    }

    /// The one prediction.
    #[must_use]
    pub fn prediction(&self) -> Span {
        let mut all = self.named("prediction");
        assert_eq!(all.len(), 1, "{all:#?}");
        all.remove(0)
    }
}

impl Drop for Spans {
    fn drop(&mut self) {
        let _ = SEEN.take();
    }
}

/// Looks for the thread that opens spans.
pub(crate) struct Eyes;

impl<S: Subscriber> Layer<S> for Eyes {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let contextual = attributes.is_contextual() && context.current_span().id().is_some();
        with_opened(|opened| {
            opened.push(Span {
                id: id.clone(),
                name: attributes.metadata().name(),
                fields: fields.0,
                closed: false,
                has_parent: contextual || attributes.parent().is_some(),
                follows: false,
            });
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        with(id, |span| span.fields.append(&mut fields.0));
    }

    fn on_follows_from(&self, id: &Id, _: &Id, _: Context<'_, S>) {
        with(id, |span| span.follows = true);
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        with(&id, |span| span.closed = true);
    }
}

fn with_opened(act: impl FnOnce(&mut Vec<Span>)) {
    if let Some(opened) = SEEN.with_borrow(Clone::clone) {
        act(&mut opened.lock().expect("no layer has panicked"));
    }
}

/// Identities are given again when a span has ended.
fn with(id: &Id, act: impl FnOnce(&mut Span)) {
    with_opened(|opened| {
        let span = opened
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
