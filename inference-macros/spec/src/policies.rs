//! The table of policies, and the layers of settings.
//!
//! A new policy is a row of the table. If its value has a new form, add it to `parts.rs`.

use std::{num::NonZeroU32, time::Duration};

use crate::{
    BoundKind, BreakerParts, CacheParts, CachePolicy, Call, CircuitBreaker, Fault, Node, RateLimit,
    Retry, RetryParts, Site, WrittenSetting,
    parts::{Form, attempt_timeout_of},
    written::written,
};

/// A policy in one layer of settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Setting<T> {
    /// Inherited from the layer below.
    #[default]
    Unset,
    /// Turned off.
    Off,
    /// Set to this value.
    Value(T),
}

impl<T> Setting<T> {
    /// Returns the value, if there is one.
    #[must_use]
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Unset | Self::Off => None,
        }
    }
}

/// The syntax of a policy.
#[derive(Debug)]
pub struct Rule {
    /// Its name, the same in annotation, file and variable.
    pub name: &'static str,
    /// Its synonyms.
    pub aliases: &'static [&'static str],
    /// An example with a single value.
    pub example: &'static str,
    /// Whether `false` turns it off.
    pub can_be_off: bool,
    /// The value that `true` would leave out. Empty if `true` is valid.
    pub lacks: &'static str,
    /// The settings of its table. Empty if it has only a single value.
    pub parts: &'static [Part],
    /// The kind of its range in `allow`.
    pub bound: BoundKind,
    /// An example in `allow`.
    pub bound_example: &'static str,
}

/// One setting of a policy's table.
#[derive(Debug)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// An example with a value.
    pub example: &'static str,
    /// Whether only the annotation has it.
    pub code_only: bool,
}

/// Most policies: a single value, or `false`.
pub(crate) const VALUE: Rule = Rule {
    name: "",
    aliases: &[],
    example: "",
    can_be_off: true,
    lacks: "",
    parts: &[],
    bound: BoundKind::Whole,
    bound_example: "",
};

const fn part(name: &'static str, example: &'static str) -> Part {
    Part {
        name,
        example,
        code_only: false,
    }
}

const fn code(name: &'static str, example: &'static str) -> Part {
    Part {
        name,
        example,
        code_only: true,
    }
}

macro_rules! policies {
    ($($(#[$doc:meta])* $name:ident: $key:ident($form:ty => $policy:ty) = $rule:expr;)+) => {
        /// The name of a policy.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Key {
            $($(#[$doc])* $key),+
        }

        /// The settings of one source: an annotation, a section of the file, or the defaults.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Layer {
            $($(#[$doc])* pub $name: Setting<$form>),+
        }

        /// The effective policies. `None` is off.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Policies {
            $($(#[$doc])* pub $name: Option<$policy>),+
        }

        impl Key {
            /// Every policy, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$key),+];

            /// The syntax of the policy.
            #[must_use]
            pub const fn rule(self) -> &'static Rule {
                match self {
                    $(Self::$key => {
                        const RULE: Rule = Rule { name: stringify!($name), ..$rule };
                        &RULE
                    })+
                }
            }
        }

        impl Layer {
            /// Creates a layer that sets nothing.
            #[must_use]
            pub const fn new() -> Self {
                Self { $($name: Setting::Unset),+ }
            }

            /// Reads a policy into this layer. `retry` may also set `attempt_timeout`.
            ///
            /// # Errors
            ///
            /// If the value is invalid for the policy.
            pub fn read<S: Site>(&mut self, key: Key, node: &Node<S>) -> Result<(), Fault<S>> {
                match key {
                    $(Key::$key => self.$name = Form::read(key.rule(), node)?),+
                }
                if key == Key::Retry && let Some(time) = attempt_timeout_of(node)? {
                    self.attempt_timeout = Setting::Value(time);
                }
                Ok(())
            }

            /// Whether the layer sets a policy, or turns it off.
            #[must_use]
            pub fn is_set(&self, key: Key) -> bool {
                match key {
                    $(Key::$key => self.$name != Setting::Unset),+
                }
            }

            /// Whether the layer sets a policy to a value.
            #[must_use]
            pub fn is_on(&self, key: Key) -> bool {
                match key {
                    $(Key::$key => matches!(self.$name, Setting::Value(_))),+
                }
            }

            /// Whether the layer sets this setting of a policy; of a policy that is off, whether it turns it off.
            #[must_use]
            pub fn names(&self, key: Key, part: &str) -> bool {
                match key {
                    $(Key::$key => match self.$name {
                        Setting::Unset => false,
                        Setting::Off => true,
                        Setting::Value(value) => part.is_empty() || Form::names(value, part),
                    }),+
                }
            }

            /// Copies one policy from another layer.
            pub fn copy(&mut self, key: Key, from: &Self) {
                match key {
                    $(Key::$key => self.$name = from.$name),+
                }
            }

            /// Returns this layer, overridden by another one. A table in that layer overrides only the settings that it names.
            #[must_use]
            pub fn changed(self, by: &Self) -> Self {
                Self { $($name: changed(self.$name, by.$name)),+ }
            }

            /// Returns the effective policies.
            ///
            /// # Errors
            ///
            /// If the settings of a policy are incomplete.
            pub fn resolve(&self) -> Result<Policies, Fault<Key>> {
                Ok(Policies { $($name: resolved(Key::$key, self.$name)?),+ })
            }

            /// Returns the layer as calls to the builder's methods. The first call for a policy is to the method of its name;
            /// zero for all arguments turns it off.
            #[must_use]
            pub fn calls(&self) -> Vec<Call> {
                let mut calls = Vec::new();
                $(Form::calls(self.$name, Key::$key.rule(), &mut calls);)+
                calls
            }
        }

        impl Policies {
            /// Returns every setting as text, in the order of the documentation.
            #[must_use]
            pub fn written(&self) -> Vec<WrittenSetting> {
                let mut all = Vec::new();
                $(all.extend(written(Key::$key, self.$name.as_ref()));)+
                all
            }

            /// Returns the number that `allow` bounds: milliseconds of a duration, or a number of retries or calls. A cache or
            /// retry that is off is zero; a limit that is off is [`u64::MAX`].
            #[must_use]
            pub fn measure(&self, key: Key) -> Option<u64> {
                match key {
                    $(Key::$key => <$form as Form>::measure(self.$name)),+
                }
            }
        }
    };
}

policies! {
    /// The time limit of the whole prediction, including retries.
    timeout: Timeout(Duration => Duration) = Rule {
        aliases: &["deadline"],
        example: r#"timeout = "3s""#,
        can_be_off: false,
        bound: BoundKind::Durations,
        bound_example: r#"timeout = "1s..=10s""#,
        ..VALUE
    };
    /// The size in bytes above which an input is rejected.
    max_input: MaxInput(usize => usize) = Rule {
        aliases: &["max_size", "limit"],
        example: r#"max_input = "64KB""#,
        can_be_off: false,
        bound_example: "max_input",
        ..VALUE
    };
    /// Caching of answers.
    cache: Cache(CacheParts => CachePolicy) = Rule {
        aliases: &["ttl"],
        example: r#"cache = "5m""#,
        lacks: "the time to live",
        parts: &[
            part("ttl", r#"ttl = "5m""#),
            part("stale_if_error", r#"stale_if_error = "1h""#),
            part("stale_while_revalidate", r#"stale_while_revalidate = "1m""#),
            part("client_control", "client_control = true"),
            part("single_flight", r#"single_flight = "cluster""#),
            code("scope", "scope = user.id"),
            code("key", "key = document.id"),
        ],
        bound: BoundKind::Durations,
        bound_example: r#"cache = "..=1h""#,
        ..VALUE
    };
    /// Repeated calls after transient failures.
    retry: Retry(RetryParts => Retry) = Rule {
        aliases: &["retries", "attempts", "backoff"],
        example: "retry = 2",
        lacks: "the number of retries",
        parts: &[
            part("attempts", "attempts = 3"),
            part("backoff", r#"backoff = "100ms""#),
            part("max_backoff", r#"max_backoff = "2s""#),
            code("attempt_timeout", r#"attempt_timeout = "1s""#),
        ],
        bound: BoundKind::Numbers,
        bound_example: "retry = 0..=3",
        ..VALUE
    };
    /// The time limit of one call, if it is shorter than that of the prediction.
    attempt_timeout: AttemptTimeout(Duration => Duration) = Rule {
        example: r#"attempt_timeout = "1s""#,
        lacks: "the time",
        bound: BoundKind::Durations,
        bound_example: r#"attempt_timeout = "..=2s""#,
        ..VALUE
    };
    /// Stops calls to a failing model for a time.
    circuit_breaker: CircuitBreaker(BreakerParts => CircuitBreaker) = Rule {
        aliases: &["breaker"],
        example: "circuit_breaker = true",
        parts: &[part("failures", "failures = 5"), part("reset", r#"reset = "30s""#)],
        bound_example: "circuit_breaker",
        ..VALUE
    };
    /// The number of calls to the model in a period.
    rate_limit: RateLimit(RateLimit => RateLimit) = Rule {
        aliases: &["throttle"],
        example: r#"rate_limit = "100/s""#,
        lacks: "the rate",
        bound_example: "rate_limit",
        ..VALUE
    };
    /// The number of concurrent calls to the model.
    concurrency: Concurrency(NonZeroU32 => NonZeroU32) = Rule {
        aliases: &["max_concurrency", "max_in_flight"],
        example: "concurrency = 16",
        lacks: "the number of calls",
        bound: BoundKind::Numbers,
        bound_example: "concurrency = 1..=64",
        ..VALUE
    };
    /// A second call is made when the first has not answered after this time; the first answer counts.
    hedge: Hedge(Duration => Duration) = Rule {
        example: r#"hedge = "300ms""#,
        lacks: "the delay",
        bound: BoundKind::Durations,
        bound_example: r#"hedge = "100ms..""#,
        ..VALUE
    };
}

impl Key {
    /// Returns the policy's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.rule().name
    }

    /// Returns the policy of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.name() == name)
    }
}

impl Rule {
    /// Returns the setting of this name in the table.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<&'static Part> {
        self.parts.iter().find(|part| part.name == name)
    }
}

impl Layer {
    /// Returns this layer, with its policies replaced by those that another one sets.
    #[must_use]
    pub fn replaced(mut self, by: &Self) -> Self {
        for key in Key::ALL {
            if by.is_set(*key) {
                self.copy(*key, by);
            }
        }
        self
    }
}

impl Policies {
    /// Whether a policy applies to each call to a model, rather than only to the whole prediction.
    #[must_use]
    pub fn guard_calls(&self) -> bool {
        let prediction = Self {
            timeout: self.timeout,
            max_input: self.max_input,
            cache: self.cache,
            ..Self::default()
        };
        *self != prediction
    }
}

fn changed<T: Form>(below: Setting<T>, above: Setting<T>) -> Setting<T> {
    match (below, above) {
        (_, Setting::Unset) => below,
        (Setting::Value(below), Setting::Value(above)) => Setting::Value(below.changed(above)),
        _ => above,
    }
}

fn resolved<T: Form>(key: Key, setting: Setting<T>) -> Result<Option<T::Policy>, Fault<Key>> {
    let Setting::Value(parts) = setting else {
        return Ok(None);
    };
    parts.resolve(key).map(Some)
}
