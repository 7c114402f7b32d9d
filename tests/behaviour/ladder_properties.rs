//! Property tests of the ladder: random sequences of model behaviour, time and requests, checked against properties
//! that do not depend on the implementation.

mod environment;
mod handlers;
mod properties;

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use futures_util::future::join_all;
use inference_runtime::ErrorKind;
use inference_tests::client::post_json;
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, RngSeed, TestRunner},
};
use serde_json::json;
use tokio::time::Instant;

use environment::{Behaviour, Environment, Input, Keys, Model};
use handlers::{OPERATIONS, Operation};

/// The number of sequences, which take a few seconds. `LADDER_CASES` overrides it.
const CASES: u64 = 256;

/// One step of a sequence.
#[derive(Clone, Debug)]
enum Step {
    /// Sets the behaviour of a model.
    SetBehaviour(Model, Behaviour),
    /// Lets time pass.
    Wait(Duration),
    /// Sends concurrent requests.
    Send(Vec<(usize, Input)>),
    /// Clears the store.
    ClearStore,
}

/// A request and its response.
#[derive(Clone, Debug)]
struct Exchange {
    operation: &'static Operation,
    input: Input,
    /// When the request was sent and when it was answered: by the clock, and as a position in the event log.
    from: (Instant, usize),
    to: (Instant, usize),
    /// The answer, or the status of an error.
    answer: Result<Answer, u16>,
}

#[derive(Clone, Debug, serde::Deserialize)]
struct Answer {
    label: String,
    source: String,
    age: Option<Duration>,
    model: Option<String>,
}

fn behaviours() -> impl Strategy<Value = Behaviour> {
    let kinds = vec![
        ErrorKind::CircuitOpen,
        ErrorKind::InputTooLarge,
        ErrorKind::Internal,
        ErrorKind::InvalidInput,
        ErrorKind::MalformedOutput,
        ErrorKind::ModelLoading,
        ErrorKind::ModelNotFound,
        ErrorKind::NotConfigured,
        ErrorKind::OutputTooLarge,
        ErrorKind::Overloaded,
        ErrorKind::PaymentRequired,
        ErrorKind::RateLimited,
        ErrorKind::ServiceFailed,
        ErrorKind::Throttled,
        ErrorKind::Timeout,
        ErrorKind::Unauthorized,
        ErrorKind::UnexpectedOutput,
        ErrorKind::Unreachable,
        ErrorKind::Unsupported,
    ];
    let invalid = vec![
        "",
        "[[{\"label\":",
        "<html>",
        "{\"error\":1}",
        "[]",
        "[[1]]",
        "null",
    ];
    prop_oneof![
        4 => Just(Behaviour::Answer),
        2 => (0..1_500_u64).prop_map(|ms| Behaviour::Slow(Duration::from_millis(ms))),
        4 => select(kinds).prop_map(Behaviour::Fail),
        1 => Just(Behaviour::Hang),
        2 => select(invalid).prop_map(Behaviour::Invalid),
    ]
}

/// Few inputs, so that they repeat. Two of them are equal when input and scope are concatenated.
fn inputs() -> Vec<Input> {
    [("good", ""), ("good", "a"), ("good", "a "), ("a good", "")]
        .map(|(text, scope)| Input { text, scope })
        .to_vec()
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let request = (0..OPERATIONS.len(), select(inputs()));
    // About as long as the cache windows and the delays of the models.
    let pass = prop_oneof![0..1_200_u64, 1_000..12_000_u64];
    let step = prop_oneof![
        3 => (select(Model::ALL.to_vec()), behaviours()).prop_map(|(model, it)| Step::SetBehaviour(model, it)),
        4 => pass.prop_map(|ms| Step::Wait(Duration::from_millis(ms))),
        6 => prop::collection::vec(request, 1..4).prop_map(Step::Send),
        1 => Just(Step::ClearStore),
    ];
    prop::collection::vec(step, 1..60)
}

async fn send(
    environment: &Environment,
    app: &Router,
    operation: &'static Operation,
    input: Input,
) -> Exchange {
    let from = (Instant::now(), environment.log_length());
    let body = json!({"input": input.text, "scope": input.scope});
    let reply = post_json(app, operation.path, &body).await;
    Exchange {
        operation,
        input,
        from,
        to: (Instant::now(), environment.log_length()),
        answer: match reply.status.as_u16() {
            200 => Ok(serde_json::from_slice(&reply.body).expect("the answer should be JSON")),
            status => Err(status),
        },
    }
}

/// Runs the steps and returns the exchanges.
async fn run(environment: &Environment, steps: Vec<Step>) -> Vec<Exchange> {
    let app = handlers::app(&environment.inference());
    let mut all = Vec::new();
    for step in steps {
        match step {
            Step::SetBehaviour(model, behaviour) => environment.set(model, behaviour),
            Step::Wait(time) => tokio::time::sleep(time).await,
            Step::ClearStore => environment.clear_store(),
            Step::Send(requests) => {
                let requests = requests.into_iter().map(|(operation, input)| {
                    send(environment, &app, &OPERATIONS[operation], input)
                });
                all.extend(join_all(requests).await);
            }
        }
    }
    // Waits until background calls have ended.
    tokio::time::sleep(Duration::from_secs(5)).await;
    all
}

fn paused<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(future)
}

/// Finds the cache key of each model and input: a chain whose models fail looks up the key of each model in order.
async fn keys() -> Keys {
    let environment = Environment::new(&Arc::default());
    let app = handlers::app(&environment.inference());
    let chain = OPERATIONS.iter().find(|it| it.models == Model::ALL);
    let chain = chain.expect("there should be an operation with both models");
    for model in Model::ALL {
        environment.set(model, Behaviour::Fail(ErrorKind::Unreachable));
    }
    let mut keys = Keys::new();
    for input in inputs() {
        send(&environment, &app, chain, input).await;
        let mut looked_up = environment.looked_up();
        looked_up.dedup();
        assert_eq!(
            looked_up.len(),
            Model::ALL.len(),
            "expected one key per model"
        );
        for (key, model) in looked_up.into_iter().zip(Model::ALL) {
            let other = keys.insert(key, (model, input));
            assert_eq!(other, None, "shared with {model:?} {input:?}");
        }
    }
    keys
}

#[test]
fn random_sequences_satisfy_the_ladder_properties() {
    let number = |name: &str| {
        let value = std::env::var(name).ok()?;
        Some(
            value
                .parse::<u64>()
                .expect("the variable should be a number"),
        )
    };
    // A random seed, unless the environment sets that of a failed run.
    let seed = number("LADDER_SEED").unwrap_or_else(|| RandomState::new().hash_one(0));
    let cases = number("LADDER_CASES").unwrap_or(CASES);
    let mut runner = TestRunner::new(Config {
        cases: u32::try_from(cases).expect("the number of cases should fit in 32 bits"),
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    });
    let keys = Arc::new(paused(keys()));
    let result = runner.run(&steps(), |steps| {
        paused(async {
            let environment = Environment::new(&keys);
            let all = run(&environment, steps).await;
            let log = environment.log();
            properties::check_log(&log, inputs().len())
                .map_err(|failure| TestCaseError::fail(format!("{failure}: {log:#?}")))?;
            for exchange in &all {
                properties::check_exchange(exchange, &log).map_err(|failure| {
                    TestCaseError::fail(format!("{failure}: {exchange:#?}\nof {log:#?}"))
                })?;
            }
            Ok(())
        })
    });
    if let Err(failure) = result {
        panic!("{failure}\nto reproduce: LADDER_SEED={seed}");
    }
}
