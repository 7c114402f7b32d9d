//! Handlers of every shape that must compile, and whose output is a program that runs.

#[test]
fn every_shape_of_handler_compiles() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
