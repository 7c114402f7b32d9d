//! The URLs of called models, computed once each and not for every request.

use std::sync::{PoisonError, RwLock};

use reqwest::Url;

use super::route;
use crate::{backend::Request, operation::Model};

/// How many URLs are kept: more models than most programs call, and few enough for a linear search. Others are computed
/// for every request.
const MAX_ENTRIES: usize = 64;

#[derive(Default)]
pub(super) struct UrlCache(RwLock<Vec<(Model, &'static str, Url)>>);

impl UrlCache {
    /// Returns the URL of a request.
    pub(super) fn get(&self, base: &Url, request: &Request) -> Url {
        let entries = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let is_match = |(model, task, _): &&(Model, &str, Url)| {
            *task == request.task() && *model == *request.model
        };
        if let Some((_, _, url)) = entries.iter().find(is_match) {
            return url.clone();
        }
        let is_full = entries.len() >= MAX_ENTRIES;
        drop(entries);
        let url = route::url(base, request);
        if !is_full {
            let mut entries = self.0.write().unwrap_or_else(PoisonError::into_inner);
            let model = Model::clone(&request.model);
            entries.push((model, request.task(), url.clone()));
            entries.truncate(MAX_ENTRIES);
        }
        url
    }
}
