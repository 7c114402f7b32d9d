//! What the tensors of a model are called and hold, looked up once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Deserializer};
use tokio::time::Instant;

use super::{route, tensor::Datatype};
use crate::{InferenceError, backend::http::Endpoint};

/// What a model takes. A server that does not know says nothing.
#[derive(Debug, Default, Deserialize, PartialEq)]
pub(super) struct Metadata {
    #[serde(default, deserialize_with = "or_none")]
    pub(super) inputs: Vec<Declared>,
}

/// Some write null where others write nothing.
fn or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Declared>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A tensor as the metadata describes it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) datatype: Datatype,
    /// The length of each dimension; below zero where it may be any.
    #[serde(default)]
    pub(super) shape: Vec<i64>,
}

type Slot = Arc<tokio::sync::Mutex<Option<(Instant, Arc<Metadata>)>>>;

/// The metadata of the models that were asked. One lookup of a model is under way at a time.
#[derive(Debug)]
pub(super) struct Lookup {
    ttl: Duration,
    /// As many as the program and its configuration name.
    models: Mutex<HashMap<String, Slot>>,
}

impl Lookup {
    pub(super) fn new(ttl: Duration) -> Self {
        Self {
            ttl,
            models: Mutex::default(),
        }
    }

    pub(super) async fn of(
        &self,
        remote: &Endpoint,
        model: &str,
    ) -> Result<Arc<Metadata>, InferenceError> {
        let slot = self.slot(model);
        let mut slot = slot.lock().await;
        if let Some((at, metadata)) = &*slot
            && at.elapsed() < self.ttl
        {
            return Ok(Arc::clone(metadata));
        }
        let url = route::metadata(remote, model)?;
        let answer = remote.ask(remote.get(url)).await?.json()?;
        let metadata = Metadata::deserialize(answer).map_err(|error| {
            remote
                .unexpected("metadata that describe no tensors")
                .with_source(error)
        })?;
        let metadata = Arc::new(metadata);
        *slot = Some((Instant::now(), Arc::clone(&metadata)));
        Ok(metadata)
    }

    pub(super) fn forget(&self, model: &str) {
        self.locked().remove(model);
    }

    fn slot(&self, model: &str) -> Slot {
        let mut models = self.locked();
        if let Some(slot) = models.get(model) {
            return Arc::clone(slot);
        }
        Arc::clone(models.entry(model.to_owned()).or_default())
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<String, Slot>> {
        self.models.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
