//! The trained weights, in the format of `weights.bin`. `scripts/train-sentiment/weights.py` writes the file
//! and describes its layout.

/// The number of features that are not hashed.
pub(super) const DENSE: usize = 15;

const MAGIC: u64 = u64::from_le_bytes(*b"SENTIM\x00\x01");
/// A file with more buckets than this (16 MB) is damaged.
const MAX_BUCKET_BITS: u32 = 24;
/// A valence of 1 is stored as this many steps.
const VALENCE_STEPS: f64 = 32.0;

/// A linear model and its lexicon, borrowed from the bytes of the file.
pub(super) struct Weights<'a> {
    step: f32,
    pub(super) bias: f32,
    pub(super) dense: [f32; DENSE],
    /// One signed byte per bucket; their number is a power of two.
    buckets: &'a [u8],
    /// The hashes of the lexicon's words, ascending.
    words: &'a [[u8; 4]],
    /// One signed byte per word.
    valences: &'a [u8],
}

impl<'a> Weights<'a> {
    /// Parses the file. `const`, so that the embedded file is checked when the crate is compiled.
    pub(super) const fn parse(bytes: &'a [u8]) -> Result<Self, &'static str> {
        const TOO_SHORT: &str = "the file of weights ends too early";
        let Some((magic, rest)) = bytes.split_first_chunk::<8>() else {
            return Err(TOO_SHORT);
        };
        if u64::from_le_bytes(*magic) != MAGIC {
            return Err("the file does not start with the header of a file of weights");
        }
        let Some((bits, rest)) = rest.split_first_chunk::<4>() else {
            return Err(TOO_SHORT);
        };
        let Some((count, mut rest)) = rest.split_first_chunk::<4>() else {
            return Err(TOO_SHORT);
        };
        let (bits, count) = (
            u32::from_le_bytes(*bits),
            u32::from_le_bytes(*count) as usize,
        );
        if bits > MAX_BUCKET_BITS {
            return Err("the file of weights has too many buckets");
        }

        // The step, the bias, the dense weights.
        let mut numbers = [0.0_f32; 2 + DENSE];
        let mut at = 0;
        while at < numbers.len() {
            let Some((number, after)) = rest.split_first_chunk::<4>() else {
                return Err(TOO_SHORT);
            };
            numbers[at] = f32::from_le_bytes(*number);
            if !numbers[at].is_finite() {
                return Err("a weight is not a finite number");
            }
            rest = after;
            at += 1;
        }
        let [step, bias, dense @ ..] = numbers;

        let Some((buckets, rest)) = rest.split_at_checked(1 << bits) else {
            return Err(TOO_SHORT);
        };
        let Some((words, valences)) = rest.split_at_checked(count.saturating_mul(4)) else {
            return Err(TOO_SHORT);
        };
        if valences.len() != count {
            return Err("the length of the file of weights differs from its header");
        }
        let (words, _) = words.as_chunks::<4>();
        Ok(Self {
            step,
            bias,
            dense,
            buckets,
            words,
            valences,
        })
    }

    /// Returns the weight of a hashed feature.
    pub(super) fn bucket(&self, name: Name) -> f64 {
        let index = name.finish() as usize & (self.buckets.len() - 1);
        f64::from(signed(self.buckets, index)) * f64::from(self.step)
    }

    /// Returns the lexicon's valence of a word, from -4 (negative) to 4 (positive); `None` if the lexicon does not have it.
    pub(super) fn valence(&self, word: &str) -> Option<f64> {
        let hash = Name::new("").with(word).finish();
        let index = self
            .words
            .binary_search_by_key(&hash, |bytes| u32::from_le_bytes(*bytes))
            .ok()?;
        Some(f64::from(signed(self.valences, index)) / VALENCE_STEPS)
    }
}

fn signed(bytes: &[u8], index: usize) -> i8 {
    bytes.get(index).map_or(0, |byte| byte.cast_signed())
}

/// The name of a feature, hashed (FNV-1a) as it is built, so that no feature allocates.
#[derive(Clone, Copy)]
pub(super) struct Name(u64);

impl Name {
    pub(super) fn new(family: &str) -> Self {
        Self(0xcbf2_9ce4_8422_2325).with(family)
    }

    pub(super) fn with(self, part: &str) -> Self {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        Self(part.bytes().fold(self.0, step))
    }

    /// Folds the high half onto the low half: FNV's own low bits are its weakest.
    fn finish(self) -> u32 {
        (self.0 ^ (self.0 >> 32)) as u32
    }
}
