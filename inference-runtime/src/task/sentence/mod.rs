//! Tasks on sentences: embeddings, similarity and ranking.

mod embedding;
mod features;
mod ranking;
mod similarity;
#[cfg(test)]
mod tests;

pub use embedding::Embedding;
pub use features::{FeatureExtraction, FeatureExtractionParameters};
pub use ranking::{Ranked, Ranking, TextRanking, TextRankingParameters};
pub use similarity::{SentenceSimilarity, SentenceSimilarityParameters, Sentences};
