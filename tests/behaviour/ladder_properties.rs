//! Property tests of the ladder: random sequences of model behaviour, time and requests, checked against properties
//! that do not depend on the implementation.

mod environment;
mod handlers;
mod properties;
mod requests;
mod script;
mod streams;

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

use futures_util::future::join_all;
use inference_runtime::ErrorKind;
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, RngSeed, TestRunner},
};

use environment::{Behaviour, Environment, Input, Keys, Model};
use handlers::{OPERATIONS, STREAM_OPERATIONS};
use requests::{Exchanges, Query};
use script::{Opening, Piece, Script};

/// The number of sequences, which take a few seconds. `LADDER_CASES` overrides it.
const CASES: u64 = 256;

/// One step of a sequence.
#[derive(Clone, Debug)]
enum Step {
    /// Sets the behaviour of a model, for one text or for all.
    SetBehaviour(Model, Option<&'static str>, Behaviour),
    /// Sets the script of a model's streams.
    SetScript(Model, Script),
    /// Lets time pass.
    Wait(Duration),
    /// Sends concurrent requests.
    Send(Vec<Query>),
    /// Clears the store.
    ClearStore,
}

fn error_kinds() -> impl Strategy<Value = ErrorKind> {
    select(vec![
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
    ])
}

fn behaviours() -> impl Strategy<Value = Behaviour> {
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
        4 => error_kinds().prop_map(Behaviour::Fail),
        1 => Just(Behaviour::Hang),
        2 => select(invalid).prop_map(Behaviour::Invalid),
    ]
}

/// Streams that begin and end in every way.
fn scripts() -> impl Strategy<Value = Script> {
    let time = || (0..1_500_u64).prop_map(Duration::from_millis);
    let opening = prop_oneof![
        6 => Just(Opening::Accept),
        1 => time().prop_map(Opening::Slow),
        2 => error_kinds().prop_map(Opening::Fail),
        1 => Just(Opening::Hang),
    ];
    let piece = prop_oneof![
        6 => Just(Piece::Text),
        1 => Just(Piece::Empty),
        1 => Just(Piece::Reasoning),
        2 => time().prop_map(Piece::Wait),
        1 => Just(Piece::Hang),
        1 => error_kinds().prop_map(Piece::Fail),
    ];
    (opening, prop::collection::vec(piece, 0..6))
        .prop_map(|(opening, pieces)| Script { opening, pieces })
}

/// The texts and scopes of the inputs. Two inputs are equal when they are concatenated with their scopes.
const TEXTS: [&str; 3] = ["good", "a good", "fine"];
const SCOPES: [&str; 3] = ["", "a", "a "];

fn inputs() -> impl Iterator<Item = Input> {
    TEXTS
        .into_iter()
        .flat_map(|text| SCOPES.map(|scope| Input { text, scope }))
}

fn queries() -> impl Strategy<Value = Query> {
    // Few inputs, so that they repeat.
    let single_inputs = [("good", ""), ("good", "a"), ("good", "a "), ("a good", "")];
    let single_inputs = single_inputs.map(|(text, scope)| Input { text, scope });
    let operation = || (0..OPERATIONS.len()).prop_map(|index| &OPERATIONS[index]);
    let stream = (0..STREAM_OPERATIONS.len()).prop_map(|index| &STREAM_OPERATIONS[index]);
    let texts = prop::collection::vec(select(TEXTS.to_vec()), 1..5);
    prop_oneof![
        4 => (operation(), select(single_inputs.to_vec()))
            .prop_map(|(operation, input)| Query::Single(operation, input)),
        3 => (operation(), texts, select(vec!["", "", "a"]))
            .prop_map(|(operation, texts, scope)| Query::List(operation, texts, scope)),
        1 => stream.prop_map(Query::Stream),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // About as long as the cache windows and the delays of the models.
    let pass = prop_oneof![0..1_200_u64, 1_000..12_000_u64];
    let model = || select(Model::ALL.to_vec());
    let text = prop::option::of(select(TEXTS.to_vec()));
    let step = prop_oneof![
        4 => (model(), text, behaviours())
            .prop_map(|(model, text, it)| Step::SetBehaviour(model, text, it)),
        2 => (model(), scripts()).prop_map(|(model, it)| Step::SetScript(model, it)),
        4 => pass.prop_map(|ms| Step::Wait(Duration::from_millis(ms))),
        7 => prop::collection::vec(queries(), 1..4).prop_map(Step::Send),
        1 => Just(Step::ClearStore),
    ];
    prop::collection::vec(step, 1..60)
}

/// Runs the steps and returns the exchanges.
async fn run(environment: &Environment, steps: Vec<Step>) -> Exchanges {
    let app = handlers::app(&environment.inference());
    let mut all = Exchanges::default();
    for step in steps {
        match step {
            Step::SetBehaviour(model, text, behaviour) => {
                for text in text.map_or(TEXTS.to_vec(), |text| vec![text]) {
                    environment.set(model, text, behaviour.clone());
                }
            }
            Step::SetScript(model, script) => environment.set_script(model, script),
            Step::Wait(time) => tokio::time::sleep(time).await,
            Step::ClearStore => environment.clear_store(),
            Step::Send(queries) => {
                let requests = queries
                    .into_iter()
                    .map(|query| requests::send(environment, &app, query));
                for exchanges in join_all(requests).await {
                    all.extend(exchanges);
                }
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
        .expect("the runtime should build");
    runtime.block_on(future)
}

/// Finds the cache key of each model and input: a chain whose models fail looks up the key of each model in order.
async fn keys() -> Keys {
    let environment = Environment::new(&Arc::default());
    let app = handlers::app(&environment.inference());
    let chain = OPERATIONS.iter().find(|it| it.models == Model::ALL);
    let chain = chain.expect("there should be an operation with both models");
    for (model, text) in Model::ALL
        .into_iter()
        .flat_map(|it| TEXTS.map(|text| (it, text)))
    {
        environment.set(model, text, Behaviour::Fail(ErrorKind::Unreachable));
    }
    let mut keys = Keys::new();
    for input in inputs() {
        requests::send(&environment, &app, Query::Single(chain, input)).await;
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
            prop_assert_eq!(environment.violations(), Vec::<&str>::new());
            let has_lists = all
                .predictions
                .iter()
                .any(|exchange| exchange.item.is_some());
            properties::check_log(&log, SCOPES.len(), has_lists)
                .map_err(|failure| TestCaseError::fail(format!("{failure}: {log:#?}")))?;
            let calls = environment.stream_calls().clone();
            for exchange in &all.streams {
                streams::check_stream(exchange, &calls).map_err(|failure| {
                    TestCaseError::fail(format!("{failure}: {exchange:#?}\nof {calls:#?}"))
                })?;
            }
            for exchange in &all.predictions {
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
