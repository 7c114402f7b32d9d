//! What holds of the ladder whatever happens: random sequences of models' behaviours, of time and of requests, held
//! against laws that know nothing of how the ladder is written.

mod handlers;
mod laws;
mod world;

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

use handlers::{OPERATIONS, Operation};
use world::{Behaviour, Keys, Model, Question, World};

/// As many sequences as take a few seconds; `LADDER_CASES` says another number.
const CASES: u64 = 256;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    /// A model behaves so from now on.
    Weather(Model, Behaviour),
    /// Time passes.
    Pass(Duration),
    /// Requests that come at the same moment.
    Ask(Vec<(usize, Question)>),
    /// The store loses all it has.
    Forget,
}

/// A request and what it was answered.
#[derive(Clone, Debug)]
struct Answered {
    operation: &'static Operation,
    question: Question,
    /// When it came and when its answer did, by the clock and by the world's log.
    from: (Instant, usize),
    to: (Instant, usize),
    /// The status of an error.
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
    let rubbish = vec![
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
        2 => select(rubbish).prop_map(Behaviour::Rubbish),
    ]
}

/// Few, so that they meet again; and such that a scope and an input put together are the same in two ways.
fn questions() -> Vec<Question> {
    [("good", ""), ("good", "a"), ("good", "a "), ("a good", "")]
        .map(|(input, scope)| Question { input, scope })
        .to_vec()
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let ask = (0..OPERATIONS.len(), select(questions()));
    // About as long as the windows are, and as the models' times.
    let pass = prop_oneof![0..1_200_u64, 1_000..12_000_u64];
    let step = prop_oneof![
        3 => (select(Model::ALL.to_vec()), behaviours()).prop_map(|(model, it)| Step::Weather(model, it)),
        4 => pass.prop_map(|ms| Step::Pass(Duration::from_millis(ms))),
        6 => prop::collection::vec(ask, 1..4).prop_map(Step::Ask),
        1 => Just(Step::Forget),
    ];
    prop::collection::vec(step, 1..60)
}

async fn ask(
    world: &World,
    app: &Router,
    operation: &'static Operation,
    question: Question,
) -> Answered {
    let from = (Instant::now(), world.log_length());
    let body = json!({"input": question.input, "scope": question.scope});
    let reply = post_json(app, operation.path, &body).await;
    Answered {
        operation,
        question,
        from,
        to: (Instant::now(), world.log_length()),
        answer: match reply.status.as_u16() {
            200 => Ok(serde_json::from_slice(&reply.body).expect("an answer")),
            status => Err(status),
        },
    }
}

/// Lets it all happen; what was answered.
async fn run(world: &World, steps: Vec<Step>) -> Vec<Answered> {
    let app = handlers::app(&world.inference());
    let mut all = Vec::new();
    for step in steps {
        match step {
            Step::Weather(model, behaviour) => world.set(model, behaviour),
            Step::Pass(time) => tokio::time::sleep(time).await,
            Step::Forget => world.forget(),
            Step::Ask(requests) => {
                let requests = requests.into_iter().map(|(operation, question)| {
                    ask(world, &app, &OPERATIONS[operation], question)
                });
                all.extend(join_all(requests).await);
            }
        }
    }
    // What goes on in the background comes to its end.
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

/// Finds out by asking which keys belong to what: of a chain that fails every model's place is looked at, in order.
async fn keys() -> Keys {
    let world = World::new(&Arc::default());
    let app = handlers::app(&world.inference());
    let chain = OPERATIONS.iter().find(|it| it.models == Model::ALL);
    let chain = chain.expect("a chain");
    for model in Model::ALL {
        world.set(model, Behaviour::Fail(ErrorKind::Unreachable));
    }
    let mut keys = Keys::new();
    for question in questions() {
        ask(&world, &app, chain, question).await;
        let mut looked_for = world.looked_for();
        looked_for.dedup();
        assert_eq!(
            looked_for.len(),
            Model::ALL.len(),
            "one place for each model"
        );
        for (key, model) in looked_for.into_iter().zip(Model::ALL) {
            let other = keys.insert(key, (model, question));
            assert_eq!(other, None, "shared with {model:?} {question:?}");
        }
    }
    keys
}

#[test]
fn the_ladder_keeps_its_laws() {
    let number = |name: &str| {
        let value = std::env::var(name).ok()?;
        Some(value.parse::<u64>().expect("a number"))
    };
    // Another one at each run, unless it is that of a failed one.
    let seed = number("LADDER_SEED").unwrap_or_else(|| RandomState::new().hash_one(0));
    let cases = number("LADDER_CASES").unwrap_or(CASES);
    let mut runner = TestRunner::new(Config {
        cases: u32::try_from(cases).expect("not that many"),
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    });
    let keys = Arc::new(paused(keys()));
    let held = runner.run(&steps(), |steps| {
        paused(async {
            let world = World::new(&keys);
            let all = run(&world, steps).await;
            let log = world.log();
            laws::of_the_log(&log, questions().len())
                .map_err(|broken| TestCaseError::fail(format!("{broken}: {log:#?}")))?;
            for answered in &all {
                laws::of_an_answer(answered, &log).map_err(|broken| {
                    TestCaseError::fail(format!("{broken}: {answered:#?}\nof {log:#?}"))
                })?;
            }
            Ok(())
        })
    });
    if let Err(broken) = held {
        panic!("{broken}\nonce more: LADDER_SEED={seed}");
    }
}
