//! The providers behind Hugging Face's router.

use syn::LitStr;

use crate::diagnostics::{did_you_mean, error_with_help};

/// The one that serves the tasks there are.
const SERVED: &str = "hf-inference";

/// Every provider in the lists of the official clients.
const PROVIDERS: &[&str] = &[
    "baseten",
    "cerebras",
    "cohere",
    "deepinfra",
    "fal-ai",
    "featherless-ai",
    "fireworks-ai",
    "groq",
    SERVED,
    "novita",
    "nscale",
    "openai",
    "ovhcloud",
    "publicai",
    "replicate",
    "scaleway",
    "together",
    "wavespeed",
    "zai-org",
];

/// Ways to let the router choose, which it does for chat models alone.
const POLICIES: &[&str] = &["fastest", "cheapest", "preferred", "auto"];

/// The provider named in `literal`, if it can be asked.
pub(super) fn check(provider: &str, literal: &LitStr) -> syn::Result<()> {
    if provider == SERVED {
        Ok(())
    } else if PROVIDERS.contains(&provider) || POLICIES.contains(&provider) {
        Err(error_with_help(
            literal,
            format!("provider `{provider}` is not available yet"),
            format!("leave it out, or write `:{SERVED}`"),
        ))
    } else {
        Err(error_with_help(
            literal,
            format!("unknown provider `{provider}`"),
            did_you_mean(provider, PROVIDERS.iter().copied()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_official_one() {
        assert_eq!(PROVIDERS.len(), 19);
        assert!(PROVIDERS.is_sorted());
    }
}
