//! The register of VAT numbers, behind a port: it is often away, and nobody guesses for it.

use super::{Answer, VatCode};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Silence {
    /// The register or the country's own service is away or busy: ask again later.
    #[error("the register does not answer: {0}")]
    Unavailable(String),
    /// Nobody can be asked from here.
    #[error("no register is set up")]
    None,
}

/// Asks whether a VAT number is alive.
#[async_trait::async_trait]
pub trait Register: Send + Sync {
    /// `own` is the shop's own number: with it the register gives a proof of the consultation.
    ///
    /// # Errors
    /// [`Silence`]; it never means that the number is invalid.
    async fn ask(&self, code: &VatCode, own: Option<&VatCode>) -> Result<Answer, Silence>;
}

/// A shop that works alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRegister;

#[async_trait::async_trait]
impl Register for NoRegister {
    async fn ask(&self, _: &VatCode, _: Option<&VatCode>) -> Result<Answer, Silence> {
        Err(Silence::None)
    }
}
