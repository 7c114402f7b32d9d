//! What the tests of several behaviours share.

pub mod client;
pub mod documentation;
pub mod logs;
pub mod models;
pub mod upstream;
