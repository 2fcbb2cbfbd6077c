//! Small notes that travel in addresses: sealed with the shop's own secret, readable to nobody else, and
//! made alike each time, so that a document that carries one stays the same to the byte.
//!
//! A note is enciphered under its own authentication tag (the construction is SIV, RFC 5297, with
//! HMAC-SHA256 in the place of both ciphers): without the secret it can neither be read nor made, and two
//! notes are alike only where they say the same.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::{Fault, Reads, Tx, db, token};

/// Bytes of the tag: half of SHA-256, enough that nobody guesses one.
const TAG: usize = 16;
/// The longest note: one that is longer belongs into the database.
const LONGEST: usize = 120;

/// The shop's secret for notes of one purpose: what was sealed for another does not open.
#[derive(Clone)]
pub struct Seal {
    tag: [u8; 32],
    cipher: [u8; 32],
}

impl Seal {
    pub fn new(secret: &str, purpose: &str) -> Self {
        let key = |part: &str| hmac(secret.as_bytes(), &[part.as_bytes(), b"\n", purpose.as_bytes()]);
        Self { tag: key("vitrina seal 1 tag"), cipher: key("vitrina seal 1 cipher") }
    }

    /// The note as URL-safe characters.
    pub fn close(&self, note: &[u8]) -> String {
        let tag: [u8; TAG] = self.tag_of(note);
        let mut bytes = tag.to_vec();
        bytes.extend(self.crossed(&tag, note));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The note, if this shop sealed it and nobody changed it since.
    pub fn open(&self, text: &str) -> Option<Vec<u8>> {
        if text.len() > (TAG + LONGEST) * 4 / 3 + 4 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (tag, hidden) = bytes.split_first_chunk::<TAG>()?;
        let note = self.crossed(tag, hidden);
        bool::from(self.tag_of(&note).ct_eq(tag)).then_some(note)
    }

    fn tag_of(&self, note: &[u8]) -> [u8; TAG] {
        let whole = hmac(&self.tag, &[note]);
        std::array::from_fn(|n| whole[n])
    }

    /// The same bytes back and forth.
    fn crossed(&self, tag: &[u8], bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        for (n, block) in bytes.chunks(32).enumerate() {
            let n = u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes();
            let stream = hmac(&self.cipher, &[tag, &n]);
            out.extend(block.iter().zip(stream).map(|(a, b)| a ^ b));
        }
        out
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length; this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// The one secret; nodes share it by the database.
const NAME: &str = "links";

/// The shop's seal, if anything was ever sealed.
///
/// # Faults
/// Whatever the database says.
pub async fn known(db: &impl Reads, purpose: &str) -> Result<Option<Seal>, Fault> {
    let secret: Option<String> = db::scalar(db, "select secret from shop_secret where name = $1", db::params![NAME]).await?;
    Ok(secret.map(|secret| Seal::new(&secret, purpose)))
}

/// The shop's seal, made now in a shop that has none.
///
/// # Faults
/// Whatever the database says.
pub async fn seal(tx: &Tx, purpose: &str) -> Result<Seal, Fault> {
    if let Some(seal) = known(tx, purpose).await? {
        return Ok(seal);
    }
    // Of two that find none the second writes nothing and reads what the first one wrote.
    let sql = "insert into shop_secret (name, secret, made_at) values ($1,$2,$3) on conflict do nothing";
    db::run(tx, sql, db::params![NAME, token::random(tx.app().entropy()), tx.now()]).await?;
    known(tx, purpose).await?.ok_or_else(|| Fault::bug("a secret that was just written is not there"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_sealed_opens_and_says_the_same(note in proptest::collection::vec(any::<u8>(), 0..LONGEST)) {
            let seal = Seal::new("secret", "test");
            let text = seal.close(&note);
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
            prop_assert_eq!(&text, &seal.close(&note), "alike each time");
            prop_assert_eq!(seal.open(&text), Some(note));
        }

        #[test]
        fn one_changed_bit_and_it_does_not_open(
            note in proptest::collection::vec(any::<u8>(), 1..LONGEST), at in any::<prop::sample::Index>(), bit in 0..8_u8,
        ) {
            let seal = Seal::new("secret", "test");
            let mut bytes = URL_SAFE_NO_PAD.decode(seal.close(&note)).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert_eq!(seal.open(&URL_SAFE_NO_PAD.encode(bytes)), None);
        }

        #[test]
        fn another_shop_and_another_purpose_open_nothing(note in proptest::collection::vec(any::<u8>(), 0..LONGEST)) {
            let text = Seal::new("secret", "test").close(&note);
            prop_assert_eq!(Seal::new("another", "test").open(&text), None);
            prop_assert_eq!(Seal::new("secret", "other").open(&text), None);
        }

        #[test]
        fn what_nobody_sealed_is_refused(text in "[A-Za-z0-9_-]{0,200}|\\PC{0,40}") {
            prop_assert_eq!(Seal::new("secret", "test").open(&text), None);
        }

        #[test]
        fn nothing_of_the_note_can_be_read(note in proptest::collection::vec(any::<u8>(), 8..LONGEST)) {
            let bytes = URL_SAFE_NO_PAD.decode(Seal::new("secret", "test").close(&note)).unwrap();
            prop_assert!(!bytes.windows(8).any(|part| note.windows(8).any(|own| own == part)));
        }
    }
}
