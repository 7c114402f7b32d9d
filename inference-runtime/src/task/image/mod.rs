//! Tasks on images.

mod caption;
mod classification;
mod depth;
mod detection;
mod segmentation;
#[cfg(test)]
mod tests;

pub use caption::{ImageToText, ImageToTextParameters};
pub use classification::{
    ImageClassification, ImageClassificationParameters, ZeroShotImageClassification,
    ZeroShotImageClassificationParameters,
};
pub use depth::{Depth, DepthEstimation, DepthEstimationParameters};
pub use detection::{
    BoundingBox, Detection, ObjectDetection, ObjectDetectionParameters, ZeroShotObjectDetection,
    ZeroShotObjectDetectionParameters,
};
pub use segmentation::{ImageSegmentation, ImageSegmentationParameters, Segment};
