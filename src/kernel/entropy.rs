//! Randomness, from the operating system or from a seed (demo world, tests).

use std::sync::{Mutex, PoisonError};

/// The one source of random bytes.
#[derive(Debug)]
pub enum Entropy {
    Os,
    Seeded(Mutex<u64>),
}

impl Entropy {
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Mutex::new(seed))
    }

    /// Fills the buffer.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: no secret could be made safely.
    pub fn fill(&self, out: &mut [u8]) {
        match self {
            Self::Os => getrandom::fill(out).unwrap_or_else(|e| panic!("no randomness from the system: {e}")),
            Self::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                for chunk in out.chunks_mut(8) {
                    chunk.copy_from_slice(&splitmix(&mut state).to_le_bytes()[..chunk.len()]);
                }
            }
        }
    }
}

/// SplitMix64: small, and its stream is the same on every machine.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
