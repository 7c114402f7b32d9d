//! The names, datatypes and shapes of a model's tensors, cached.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Deserializer};
use tokio::time::Instant;

use super::{route, tensor::Datatype};
use crate::{InferenceError, backend::http::Endpoint};

/// The inputs of a model; empty if the server does not know them.
#[derive(Debug, Default, Deserialize, PartialEq)]
pub(super) struct Metadata {
    #[serde(default, deserialize_with = "null_as_empty")]
    pub(super) inputs: Vec<TensorSpec>,
}

/// Reads null as an empty list, as some servers write it.
fn null_as_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<TensorSpec>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The description of a tensor.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(super) struct TensorSpec {
    pub(super) name: String,
    pub(super) datatype: Datatype,
    /// The length of each dimension; negative if it is variable.
    #[serde(default)]
    pub(super) shape: Vec<i64>,
}

type Slot = Arc<tokio::sync::Mutex<Option<(Instant, Arc<Metadata>)>>>;

/// Caches the metadata of called models. Lookups of one model are made one at a time.
#[derive(Debug)]
pub(super) struct MetadataCache {
    ttl: Duration,
    /// Bounded by the models that the program and its configuration name.
    models: Mutex<HashMap<String, Slot>>,
}

impl MetadataCache {
    pub(super) fn new(ttl: Duration) -> Self {
        Self {
            ttl,
            models: Mutex::default(),
        }
    }

    pub(super) async fn get(
        &self,
        endpoint: &Endpoint,
        model: &str,
    ) -> Result<Arc<Metadata>, InferenceError> {
        let slot = self.slot(model);
        let mut slot = slot.lock().await;
        if let Some((at, metadata)) = &*slot
            && at.elapsed() < self.ttl
        {
            return Ok(Arc::clone(metadata));
        }
        let url = route::metadata(endpoint, model)?;
        let response = endpoint.send(endpoint.get(url)).await?.json()?;
        let metadata = Metadata::deserialize(response).map_err(|error| {
            endpoint
                .unexpected("metadata without a description of tensors")
                .with_source(error)
        })?;
        let metadata = Arc::new(metadata);
        *slot = Some((Instant::now(), Arc::clone(&metadata)));
        Ok(metadata)
    }

    pub(super) fn remove(&self, model: &str) {
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
