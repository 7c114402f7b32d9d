//! Where the models are that have been asked: worked out once each, and not with every question.

use std::sync::{PoisonError, RwLock};

use reqwest::Url;

use super::route;
use crate::{backend::Request, operation::Model};

/// So many are remembered: more than most programs have, and few enough to be looked through. The others are worked
/// out anew.
const MAX: usize = 64;

#[derive(Default)]
pub(super) struct Addresses(RwLock<Vec<(Model, &'static str, Url)>>);

impl Addresses {
    /// Where this question goes.
    pub(super) fn of(&self, base: &Url, request: &Request) -> Url {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let of_model = |(model, task, _): &&(Model, &str, Url)| {
            *task == request.task() && *model == *request.model
        };
        if let Some((_, _, url)) = known.iter().find(of_model) {
            return url.clone();
        }
        let is_full = known.len() >= MAX;
        drop(known);
        let url = route::url(base, request);
        if !is_full {
            let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
            let model = Model::clone(&request.model);
            known.push((model, request.task(), url.clone()));
            known.truncate(MAX);
        }
        url
    }
}
