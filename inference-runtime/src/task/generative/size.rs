use serde::{Deserialize, Serialize};

use crate::task::parameter::{IntoParameter, parameter};

/// The size of an image or a video, in pixels: `parameters(target_size = (1024, 768))`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetSize {
    /// The width.
    pub width: u32,
    /// The height.
    pub height: u32,
}

impl TargetSize {
    /// Creates a size.
    #[must_use]
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }
}

impl From<(u32, u32)> for TargetSize {
    fn from((width, height): (u32, u32)) -> Self {
        Self { width, height }
    }
}

parameter!(TargetSize: TargetSize => |value| value, (u32, u32) => TargetSize::from);
