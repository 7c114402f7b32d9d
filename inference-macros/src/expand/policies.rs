//! The settings of the annotation beyond its models; the rest is left to the runtime's defaults.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::names::Context;
use crate::args::{
    AttemptTimeout, Breaker, Cache, Concurrency, Hedge, Kept, Range, RateLimit, Retry, Time,
};
use crate::operation::Policies;

pub(super) fn write(policies: &Policies, context: &Context) -> TokenStream {
    let cache = policies.cache.as_ref().map(cache);
    let timeout = policies.timeout.as_ref().map(|time| {
        let ms = milliseconds(time);
        quote!(.timeout(#ms))
    });
    let retry = policies.retry.as_ref().map(|retry| match retry {
        Retry::Off => quote!(.retry(1, 0, 0)),
        Retry::On(retrying) => {
            let attempts = Literal::u32_unsuffixed(retrying.attempts);
            let (backoff, max_backoff) = retrying.waits_ms();
            let [backoff, max_backoff] = [backoff, max_backoff].map(Literal::u64_unsuffixed);
            quote!(.retry(#attempts, #backoff, #max_backoff))
        }
    });
    let attempt_timeout = policies.attempt_timeout.as_ref().map(|attempt| {
        let ms = match attempt {
            AttemptTimeout::Off => Literal::u64_unsuffixed(0),
            AttemptTimeout::On(time) => milliseconds(time),
        };
        quote!(.attempt_timeout(#ms))
    });
    let circuit_breaker = policies
        .circuit_breaker
        .as_ref()
        .map(|breaker| match breaker {
            Breaker::Off => quote!(.circuit_breaker_off()),
            Breaker::On { failures, reset_ms } => {
                let failures = Literal::u32_unsuffixed(*failures);
                let reset = Literal::u64_unsuffixed(*reset_ms);
                quote!(.circuit_breaker(#failures, #reset))
            }
        });
    let rate_limit = policies.rate_limit.as_ref().map(|rate| {
        let (calls, per) = match rate {
            RateLimit::Off => (0, 0),
            RateLimit::On { calls, per_ms } => (*calls, *per_ms),
        };
        let (calls, per) = (Literal::u32_unsuffixed(calls), Literal::u64_unsuffixed(per));
        quote!(.rate_limit(#calls, #per))
    });
    let concurrency = policies.concurrency.as_ref().map(|concurrency| {
        let calls = Literal::u32_unsuffixed(match concurrency {
            Concurrency::Off => 0,
            Concurrency::On(calls) => *calls,
        });
        quote!(.concurrency(#calls))
    });
    let hedge = policies.hedge.as_ref().map(|hedge| {
        let ms = match hedge {
            Hedge::Off => Literal::u64_unsuffixed(0),
            Hedge::On(time) => milliseconds(time),
        };
        quote!(.hedge(#ms))
    });
    let allow = allow(policies, context);
    quote! {
        #cache #timeout #retry #attempt_timeout #circuit_breaker #rate_limit #concurrency #hedge #allow
    }
}

fn cache(cache: &Cache) -> TokenStream {
    let Cache::On(kept) = cache else {
        return quote!(.cache_off());
    };
    let Kept {
        ttl,
        stale_if_error,
        stale_while_revalidate,
        client_control,
        cluster,
        ..
    } = &**kept;
    let ttl = milliseconds(ttl);
    let stale_if_error = stale_if_error.as_ref().map(|time| {
        let ms = milliseconds(time);
        quote!(.stale_if_error(#ms))
    });
    let stale_while_revalidate = stale_while_revalidate.as_ref().map(|time| {
        let ms = milliseconds(time);
        quote!(.stale_while_revalidate(#ms))
    });
    let client_control = client_control.then(|| quote!(.client_control()));
    let cluster = cluster.then(|| quote!(.cluster_single_flight()));
    quote!(.cache(#ttl) #stale_if_error #stale_while_revalidate #client_control #cluster)
}

fn allow(policies: &Policies, context: &Context) -> Option<TokenStream> {
    let krate = &context.krate;
    let bounds = policies.allow.as_ref()?.0.iter().map(|bound| {
        let name = bound.name;
        match &bound.range {
            Range::Any => quote!(#krate::__private::Bound::any(#name)),
            Range::Models { patterns, .. } => {
                quote!(#krate::__private::Bound::models(&[#(#patterns),*]))
            }
            Range::Between { least, most, .. } => {
                let [least, most] = [*least, *most].map(Literal::u64_unsuffixed);
                quote!(#krate::__private::Bound::between(#name, #least, #most))
            }
        }
    });
    Some(quote!(.allow(const { &[#(#bounds),*] })))
}

fn milliseconds(time: &Time) -> Literal {
    Literal::u64_unsuffixed(time.milliseconds)
}
