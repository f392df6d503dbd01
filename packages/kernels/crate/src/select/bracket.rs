use super::{INFINITE, Part};

/// Magnitudes (bit patterns) from `low` up to `high`, which is no longer among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bracket {
    pub low: u32,
    pub high: u32,
}

/// Up to so many weights a bracket is not worth finding.
const FEW: usize = 1 << 13;

/// Bits around a guess: 0.4 to 0.8 % of the threshold, which moves less in a step of training.
const REACH: u32 = 1 << 16;

impl Bracket {
    pub const NOTHING: Self = Self { low: 0, high: 0 };
    const EVERYTHING: Self = Self { low: 0, high: INFINITE };

    /// Around the last threshold, if there is one.
    pub fn around(guess: i32) -> Option<Self> {
        let guess = u32::try_from(guess).ok()?;
        Some(Self { low: guess.saturating_sub(REACH), high: (guess + REACH).min(INFINITE) })
    }

    /// Around the `s`-th smallest of `count` weights as a sample tells it: four standard deviations of its rank to each side.
    pub fn by_sample(parts: &[Part], count: usize, s: usize) -> Self {
        if count <= FEW {
            return Self::EVERYTHING;
        }
        // N^(2/3) of them: the time to sort out the sample, and what it leaves in the bracket, are then balanced.
        let mut sample = draw(parts, (count as f64).cbrt() as usize | 1);
        let share = s as f64 / count as f64;
        let size = sample.len() as f64;
        let spread = 4.0 * (size * share * (1.0 - share)).sqrt() + 2.0;
        let high = (share * size + spread) as usize;
        let low = (share * size - spread).max(0.0) as usize;
        let high = if high < sample.len() { *sample.select_nth_unstable(high).1 + 1 } else { INFINITE };
        let low = if low > 0 { *sample.select_nth_unstable(low).1 } else { 0 };
        Self { low, high: high.min(INFINITE) }
    }
}

/// Every `stride`-th magnitude of all. An odd stride meets every column of the usual shapes.
fn draw(parts: &[Part], stride: usize) -> Vec<u32> {
    let mut drawn = Vec::new();
    for part in parts {
        let first = part.index.next_multiple_of(stride) - part.index;
        drawn.extend(part.values.iter().skip(first).step_by(stride).map(|value| value.abs().to_bits()));
    }
    drawn
}
