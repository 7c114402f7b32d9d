//! The values of policies: reading, overriding, completing, and conversion to builder calls.

use std::{num::NonZeroU32, time::Duration};

use crate::{
    CachePolicy, CircuitBreaker, Entry, Fault, Key, Kind, Node, RateLimit, Retry, Rule, Setting,
    SingleFlight, Site, Value, did_you_mean,
    policies::VALUE,
    units::{self, milliseconds},
};

/// A call to a method of the builder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: &'static str,
    /// Its arguments: durations in milliseconds, and numbers.
    pub arguments: Vec<u64>,
}

/// The value of a policy in a layer.
pub(crate) trait Form: Copy {
    /// The complete policy.
    type Policy: Copy;
    /// The number of arguments of the builder's method.
    const ARGUMENTS: usize = 1;

    fn read<S: Site>(rule: &Rule, node: &Node<S>) -> Result<Setting<Self>, Fault<S>>;

    /// Returns this value, overridden by the settings that another value sets.
    fn changed(self, by: Self) -> Self {
        by
    }

    /// Completes the value with the defaults of the settings that it does not set.
    fn resolve(self, key: Key) -> Result<Self::Policy, Fault<Key>>;

    /// The arguments of the builder's method.
    fn arguments(self) -> Vec<u64>;

    /// Adds further calls, to methods that are not named after a policy.
    fn extra_calls(self, _: &mut Vec<Call>) {}

    fn calls(setting: Setting<Self>, rule: &Rule, calls: &mut Vec<Call>) {
        let (arguments, value) = match setting {
            Setting::Unset => return,
            Setting::Off => (vec![0; Self::ARGUMENTS], None),
            Setting::Value(value) => (value.arguments(), Some(value)),
        };
        calls.push(Call {
            method: rule.name,
            arguments,
        });
        if let Some(value) = value {
            value.extra_calls(calls);
        }
    }

    /// Whether the value sets this setting of the policy's table.
    fn names(self, _part: &str) -> bool {
        true
    }

    /// The number that `allow` bounds.
    fn measure(_: Option<Self::Policy>) -> Option<u64> {
        None
    }
}

impl Form for Duration {
    type Policy = Self;

    fn read<S: Site>(rule: &Rule, node: &Node<S>) -> Result<Setting<Self>, Fault<S>> {
        switched(rule, node, "a duration in quotes", |node| {
            duration(rule.name, node, off_help(rule))
        })
    }

    fn resolve(self, _: Key) -> Result<Self, Fault<Key>> {
        Ok(self)
    }

    fn arguments(self) -> Vec<u64> {
        vec![milliseconds(self)]
    }

    fn measure(policy: Option<Self>) -> Option<u64> {
        Some(policy.map_or(u64::MAX, milliseconds))
    }
}

impl Form for usize {
    type Policy = Self;

    fn read<S: Site>(rule: &Rule, node: &Node<S>) -> Result<Setting<Self>, Fault<S>> {
        let at = || node.site.clone();
        let size = match &node.value {
            Value::Text(text) => units::size(text),
            Value::Whole(number) => units::size(&number.to_string()),
            _ => return Err(wrong_kind(rule, node, "a size in quotes")),
        };
        size.map(Setting::Value).map_err(|error| error.at(at()))
    }

    fn resolve(self, _: Key) -> Result<Self, Fault<Key>> {
        Ok(self)
    }

    fn arguments(self) -> Vec<u64> {
        vec![u64::try_from(self).unwrap_or(u64::MAX)]
    }
}

impl Form for NonZeroU32 {
    type Policy = Self;

    fn read<S: Site>(rule: &Rule, node: &Node<S>) -> Result<Setting<Self>, Fault<S>> {
        switched(rule, node, "a whole number", |node| {
            let calls = number(rule.name, node, rule.example)?;
            Self::new(calls).ok_or_else(|| {
                let text = format!("a `{}` of zero allows no call", rule.name);
                node.fault(text, off(rule))
            })
        })
    }

    fn resolve(self, _: Key) -> Result<Self, Fault<Key>> {
        Ok(self)
    }

    fn arguments(self) -> Vec<u64> {
        vec![u64::from(self.get())]
    }

    fn measure(policy: Option<Self>) -> Option<u64> {
        Some(policy.map_or(u64::MAX, |number| u64::from(number.get())))
    }
}

impl Form for RateLimit {
    type Policy = Self;
    const ARGUMENTS: usize = 2;

    fn read<S: Site>(rule: &Rule, node: &Node<S>) -> Result<Setting<Self>, Fault<S>> {
        switched(rule, node, "a rate in quotes", |node| {
            let rate = match &node.value {
                Value::Text(text) => units::rate(text),
                Value::Whole(number) => units::rate(&number.to_string()),
                _ => return Err(wrong_kind(rule, node, "a rate in quotes")),
            };
            rate.map_err(|mut error| {
                // The number of calls is zero, not the period.
                if error.kind == Kind::TooSmall && error.range.start == 0 {
                    error.help = off(rule);
                }
                error.at(node.site.clone())
            })
        })
    }

    fn resolve(self, _: Key) -> Result<Self, Fault<Key>> {
        Ok(self)
    }

    fn arguments(self) -> Vec<u64> {
        vec![u64::from(self.calls.get()), milliseconds(self.per)]
    }
}

/// The settings of `cache`. `None` inherits from the layer below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheParts {
    /// The time for which an entry is fresh.
    pub ttl: Option<Duration>,
    /// The time after that for which it may be served when every model failed.
    pub stale_if_error: Setting<Duration>,
    /// The time after that for which it is served while a refresh runs.
    pub stale_while_revalidate: Setting<Duration>,
    /// Whether a request may bypass the cache.
    pub client_control: Option<bool>,
    /// The callers that share one call.
    pub single_flight: Option<SingleFlight>,
}

impl CacheParts {
    /// Creates settings with only the time to live.
    #[must_use]
    pub const fn new(ttl: Duration) -> Self {
        Self {
            ttl: Some(ttl),
            stale_if_error: Setting::Unset,
            stale_while_revalidate: Setting::Unset,
            client_control: None,
            single_flight: None,
        }
    }
}

const NO_TTL: (&str, &str) = ("`cache` lacks the time to live", "add `ttl = \"5m\"`");

impl Form for CacheParts {
    type Policy = CachePolicy;

    fn read<S: Site>(rule: &Rule, node: &Node<S>) -> Result<Setting<Self>, Fault<S>> {
        let Some(table) = Table::open(rule, node)? else {
            return switched(rule, node, "a duration in quotes", |node| {
                duration(rule.name, node, off_help(rule)).map(Self::new)
            });
        };
        let window = |name| {
            let rule = Rule {
                name,
                example: rule.part(name).map_or("", |part| part.example),
                lacks: "the time",
                ..VALUE
            };
            table.get(name, |_, node| Form::read(&rule, node))
        };
        let parts = Self {
            ttl: table.get("ttl", |name, node| duration(name, node, off_help(rule)))?,
            stale_if_error: window("stale_if_error")?.unwrap_or_default(),
            stale_while_revalidate: window("stale_while_revalidate")?.unwrap_or_default(),
            client_control: table.get("client_control", switch)?,
            single_flight: table.get("single_flight", single_flight)?,
        };
        if S::CODE && parts.ttl.is_none() {
            return Err(node.fault(NO_TTL.0, NO_TTL.1));
        }
        Ok(Setting::Value(parts))
    }

    fn changed(self, by: Self) -> Self {
        let window = |below, above| match above {
            Setting::Unset => below,
            _ => above,
        };
        Self {
            ttl: by.ttl.or(self.ttl),
            stale_if_error: window(self.stale_if_error, by.stale_if_error),
            stale_while_revalidate: window(self.stale_while_revalidate, by.stale_while_revalidate),
            client_control: by.client_control.or(self.client_control),
            single_flight: by.single_flight.or(self.single_flight),
        }
    }

    fn resolve(self, key: Key) -> Result<CachePolicy, Fault<Key>> {
        let Some(ttl) = self.ttl else {
            return Err(Fault::new(key, NO_TTL.0, NO_TTL.1));
        };
        let mut policy = CachePolicy::new(ttl);
        policy.stale_if_error = self.stale_if_error.value();
        policy.stale_while_revalidate = self.stale_while_revalidate.value();
        policy.client_control = self.client_control.unwrap_or_default();
        policy.single_flight = self.single_flight.unwrap_or_default();
        Ok(policy)
    }

    fn arguments(self) -> Vec<u64> {
        vec![self.ttl.map_or(0, milliseconds)]
    }

    fn extra_calls(self, calls: &mut Vec<Call>) {
        let windows = [
            ("stale_if_error", self.stale_if_error.value()),
            (
                "stale_while_revalidate",
                self.stale_while_revalidate.value(),
            ),
        ];
        for (method, window) in windows {
            calls.extend(window.map(|time| Call {
                method,
                arguments: vec![milliseconds(time)],
            }));
        }
        let switches = [
            ("client_control", self.client_control == Some(true)),
            (
                "cluster_single_flight",
                self.single_flight == Some(SingleFlight::Cluster),
            ),
        ];
        let on = switches.into_iter().filter(|(_, on)| *on);
        calls.extend(on.map(|(method, _)| Call {
            method,
            arguments: Vec::new(),
        }));
    }

    fn names(self, part: &str) -> bool {
        match part {
            "ttl" => self.ttl.is_some(),
            "stale_if_error" => self.stale_if_error != Setting::Unset,
            "stale_while_revalidate" => self.stale_while_revalidate != Setting::Unset,
            "client_control" => self.client_control.is_some(),
            _ => self.single_flight.is_some(),
        }
    }

    fn measure(policy: Option<CachePolicy>) -> Option<u64> {
        Some(policy.map_or(0, |cache| milliseconds(cache.ttl)))
    }
}

/// The settings of `retry`. `None` inherits from the layer below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetryParts {
    /// The number of calls, the first included.
    pub attempts: Option<u32>,
    /// The first wait.
    pub backoff: Option<Duration>,
    /// The longest wait.
    pub max_backoff: Option<Duration>,
}

impl Form for RetryParts {
    type Policy = Retry;
    const ARGUMENTS: usize = 3;

    fn read<S: Site>(rule: &Rule, node: &Node<S>) -> Result<Setting<Self>, Fault<S>> {
        let Some(table) = Table::open(rule, node)? else {
            let setting = switched(rule, node, "a whole number", |node| {
                number(rule.name, node, rule.example)
            })?;
            return Ok(match setting {
                Setting::Unset => Setting::Unset,
                Setting::Off | Setting::Value(0) => Setting::Off,
                Setting::Value(retries) => Setting::Value(Self {
                    attempts: Some(retries.saturating_add(1)),
                    ..Self::default()
                }),
            });
        };
        Ok(Setting::Value(Self {
            attempts: table.get("attempts", |name, node| at_least(rule, name, node, 2))?,
            backoff: table.duration("backoff")?,
            max_backoff: table.duration("max_backoff")?,
        }))
    }

    fn changed(self, by: Self) -> Self {
        Self {
            attempts: by.attempts.or(self.attempts),
            backoff: by.backoff.or(self.backoff),
            max_backoff: by.max_backoff.or(self.max_backoff),
        }
    }

    /// If only one of the two waits is set, the default of the other is adjusted to it.
    fn resolve(self, _: Key) -> Result<Retry, Fault<Key>> {
        let mut retry = Retry::new(self.attempts.unwrap_or(Retry::DEFAULT_ATTEMPTS));
        let (first, longest) = (retry.backoff, retry.max_backoff);
        retry.backoff = self
            .backoff
            .unwrap_or_else(|| self.max_backoff.map_or(first, |most| most.min(first)));
        retry.max_backoff = self
            .max_backoff
            .unwrap_or_else(|| longest.max(retry.backoff));
        Ok(retry)
    }

    fn arguments(self) -> Vec<u64> {
        let time = |time: Option<Duration>| time.map_or(0, milliseconds);
        let attempts = self.attempts.unwrap_or(Retry::DEFAULT_ATTEMPTS);
        vec![
            u64::from(attempts),
            time(self.backoff),
            time(self.max_backoff),
        ]
    }

    fn names(self, part: &str) -> bool {
        match part {
            "attempts" => self.attempts.is_some(),
            "backoff" => self.backoff.is_some(),
            _ => self.max_backoff.is_some(),
        }
    }

    fn measure(policy: Option<Retry>) -> Option<u64> {
        let retries = |retry: Retry| u64::from(retry.attempts.saturating_sub(1));
        Some(policy.map_or(0, retries))
    }
}

/// Reads the setting `attempt_timeout` of `retry`.
pub(crate) fn attempt_timeout_of<S: Site>(node: &Node<S>) -> Result<Option<Duration>, Fault<S>> {
    match Table::open(Key::Retry.rule(), node)? {
        Some(table) => table.duration("attempt_timeout"),
        None => Ok(None),
    }
}

/// The settings of `circuit_breaker`. `None` inherits from the layer below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BreakerParts {
    /// The number of consecutive failures.
    pub failures: Option<u32>,
    /// The time open.
    pub reset: Option<Duration>,
}

impl Form for BreakerParts {
    type Policy = CircuitBreaker;
    const ARGUMENTS: usize = 2;

    fn read<S: Site>(rule: &Rule, node: &Node<S>) -> Result<Setting<Self>, Fault<S>> {
        let Some(table) = Table::open(rule, node)? else {
            return match node.value {
                Value::Switch(true) => Ok(Setting::Value(Self::default())),
                Value::Switch(false) => Ok(Setting::Off),
                _ => {
                    let example = S::table(rule.name, &settings(rule));
                    Err(node.fault(
                        format!("`{}` accepts `true`, `false`, or settings", rule.name),
                        format!("write `{example}`"),
                    ))
                }
            };
        };
        Ok(Setting::Value(Self {
            failures: table.get("failures", |name, node| at_least(rule, name, node, 1))?,
            reset: table.duration("reset")?,
        }))
    }

    fn changed(self, by: Self) -> Self {
        Self {
            failures: by.failures.or(self.failures),
            reset: by.reset.or(self.reset),
        }
    }

    fn names(self, part: &str) -> bool {
        match part {
            "failures" => self.failures.is_some(),
            _ => self.reset.is_some(),
        }
    }

    fn resolve(self, _: Key) -> Result<CircuitBreaker, Fault<Key>> {
        Ok(CircuitBreaker::new(
            self.failures.unwrap_or(CircuitBreaker::DEFAULT_FAILURES),
            self.reset.unwrap_or(CircuitBreaker::DEFAULT_RESET),
        ))
    }

    fn arguments(self) -> Vec<u64> {
        let failures = self.failures.unwrap_or(CircuitBreaker::DEFAULT_FAILURES);
        let reset = self.reset.unwrap_or(CircuitBreaker::DEFAULT_RESET);
        vec![u64::from(failures), milliseconds(reset)]
    }
}

/// The entries of a policy's table. None is unknown or repeated.
struct Table<'a, S>(&'a [Entry<S>]);

impl<'a, S: Site> Table<'a, S> {
    /// Checks the entries of a table. Returns `None` if the value is not a table.
    fn open(rule: &Rule, node: &'a Node<S>) -> Result<Option<Self>, Fault<S>> {
        let Value::Table(entries) = &node.value else {
            return Ok(None);
        };
        if entries.is_empty() {
            let first = rule.parts.first().map_or("", |part| part.example);
            return Err(node.fault(
                format!("`{}` has no settings", rule.name),
                format!(
                    "write `{}`, or `{}`",
                    rule.example,
                    S::table(rule.name, first)
                ),
            ));
        }
        let known = || {
            let parts = rule.parts.iter().filter(|part| S::CODE || !part.code_only);
            parts.map(|part| part.name)
        };
        for (at, entry) in entries.iter().enumerate() {
            if !known().any(|name| name == entry.name) {
                let names: Vec<_> = known().collect();
                return Err(Fault::new(
                    entry.name_site.clone(),
                    format!("`{}` has no setting `{}`", rule.name, entry.name),
                    did_you_mean(&entry.name, names),
                ));
            }
            if entries
                .iter()
                .take(at)
                .any(|other| other.name == entry.name)
            {
                return Err(Fault::new(
                    entry.name_site.clone(),
                    format!("`{}` is given twice", entry.name),
                    "keep one of the two",
                ));
            }
        }
        Ok(Some(Self(entries)))
    }

    fn duration(&self, name: &str) -> Result<Option<Duration>, Fault<S>> {
        self.get(name, |name, node| duration(name, node, None))
    }

    fn get<T>(
        &self,
        name: &str,
        read: impl FnOnce(&str, &Node<S>) -> Result<T, Fault<S>>,
    ) -> Result<Option<T>, Fault<S>> {
        let entry = self.0.iter().find(|entry| entry.name == name);
        entry.map(|entry| read(name, &entry.value)).transpose()
    }
}

/// Reads a policy that can be `false` but not `true`, and otherwise has a value of another kind.
fn switched<S: Site, T>(
    rule: &Rule,
    node: &Node<S>,
    accepted: &str,
    read: impl FnOnce(&Node<S>) -> Result<T, Fault<S>>,
) -> Result<Setting<T>, Fault<S>> {
    match node.value {
        Value::Switch(false) if rule.can_be_off => Ok(Setting::Off),
        Value::Switch(true) if rule.can_be_off => Err(node.fault(
            format!("`{} = true` lacks {}", rule.name, rule.lacks),
            format!("write `{}`", rule.example),
        )),
        Value::Switch(_) | Value::Table(_) => Err(wrong_kind(rule, node, accepted)),
        _ => read(node).map(Setting::Value),
    }
}

/// Returns the fault of a value of the wrong kind.
fn wrong_kind<S: Site>(rule: &Rule, node: &Node<S>, what: &str) -> Fault<S> {
    let or_false = if rule.can_be_off { ", or `false`" } else { "" };
    let text = format!("`{}` accepts {what}{or_false}", rule.name);
    node.fault(text, example_help(rule.example, node))
}

/// Returns the help with an example. An expression is rejected: the configuration can set such values instead.
fn example_help<S>(example: &str, node: &Node<S>) -> String {
    match node.value {
        Value::Code => {
            format!("write `{example}`; `inference.toml` can set another value for a deployment")
        }
        _ => format!("write `{example}`"),
    }
}

/// Returns the help on turning a policy off.
fn off(rule: &Rule) -> String {
    format!("`{} = false` turns it off", rule.name)
}

fn off_help(rule: &Rule) -> Option<String> {
    rule.can_be_off.then(|| off(rule))
}

/// Returns an example with all settings of a policy.
fn settings(rule: &Rule) -> String {
    let parts = rule.parts.iter().map(|part| part.example);
    parts.collect::<Vec<_>>().join(", ")
}

/// Reads a duration. `zero` is the help if it is too short.
fn duration<S: Site>(
    name: &str,
    node: &Node<S>,
    zero: Option<String>,
) -> Result<Duration, Fault<S>> {
    let read = match &node.value {
        Value::Text(text) => units::duration(text),
        Value::Whole(number) => units::duration(&number.to_string()),
        Value::Fraction(seconds) => {
            let milliseconds = seconds * 1_000.0;
            return Err(node.fault(
                format!("`{seconds}` has no unit"),
                format!("write a unit: `\"{milliseconds:.0}ms\"`"),
            ));
        }
        _ => {
            let example = match Key::from_name(name) {
                Some(key) => key.rule().example.to_owned(),
                None => format!("{name} = \"3s\""),
            };
            let text = format!("`{name}` accepts a duration in quotes");
            return Err(node.fault(text, example_help(&example, node)));
        }
    };
    read.map_err(|mut error| {
        if let (Kind::TooSmall, Some(help)) = (error.kind, zero) {
            error.help = help;
        }
        error.at(node.site.clone())
    })
}

/// Reads a count.
fn number<S: Site>(name: &str, node: &Node<S>, example: &str) -> Result<u32, Fault<S>> {
    let text = match &node.value {
        Value::Whole(number) => match u32::try_from(*number) {
            Ok(number) => return Ok(number),
            Err(_) => format!("`{name}` is too large"),
        },
        Value::TooLarge => format!("`{name}` is too large"),
        Value::Negative => format!("`{name}` cannot be negative"),
        Value::Text(text) if text.parse::<u32>().is_ok() => {
            return Err(node.fault(
                format!("`{name}` accepts a number without quotes"),
                format!("write `{name} = {text}`"),
            ));
        }
        _ => format!("`{name}` accepts a whole number"),
    };
    Err(node.fault(text, example_help(example, node)))
}

fn at_least<S: Site>(rule: &Rule, name: &str, node: &Node<S>, least: u32) -> Result<u32, Fault<S>> {
    let example = rule.part(name).map_or("", |part| part.example);
    let number = number(name, node, example)?;
    if number >= least {
        return Ok(number);
    }
    let text = match number {
        0 => format!("`{name}` cannot be zero"),
        _ => format!("`{name}` counts the first call, too: {number} is not a retry"),
    };
    let help = format!("write at least `{name} = {least}`; {}", off(rule));
    Err(node.fault(text, help))
}

fn switch<S: Site>(name: &str, node: &Node<S>) -> Result<bool, Fault<S>> {
    match node.value {
        Value::Switch(on) => Ok(on),
        _ => Err(node.fault(
            format!("`{name}` accepts `true` or `false`"),
            format!("write `{name} = true`"),
        )),
    }
}

fn single_flight<S: Site>(name: &str, node: &Node<S>) -> Result<SingleFlight, Fault<S>> {
    let Value::Text(word) = &node.value else {
        return Err(node.fault(
            format!("`{name}` accepts a word in quotes"),
            "write `\"process\"` or `\"cluster\"`",
        ));
    };
    match word.as_str() {
        "process" => Ok(SingleFlight::Process),
        "cluster" => Ok(SingleFlight::Cluster),
        other => Err(node.fault(
            format!("`{name}` has no value `{other}`"),
            did_you_mean(other, ["process", "cluster"]),
        )),
    }
}
