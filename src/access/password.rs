//! Passwords: argon2id, off the async threads, with a permit.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
};

use super::Fault;
use crate::kernel::{self, App, Entropy};

/// 19 MiB, two passes, one lane: OWASP's first choice for argon2id.
fn argon() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Checks a password that somebody chose: 10 to 200 characters, not among the first guesses.
/// Length protects, composition rules do not (NIST SP 800-63B, 3.1.1.2).
///
/// # Errors
/// `PasswordLength`, `PasswordCommon`.
pub fn check(plain: &str) -> Result<(), Fault> {
    if !(10..=200).contains(&plain.chars().count()) {
        return Err(Fault::PasswordLength);
    }
    let lower = plain.to_lowercase();
    let guessed = ["password", "slaptazodis", "slaptažodis", "qwerty", "123456789", "abcdefgh", "vitrina"];
    let mut letters: Vec<char> = lower.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 4 || guessed.iter().any(|g| lower.starts_with(g) && lower.chars().count() < g.chars().count() + 6) {
        return Err(Fault::PasswordCommon);
    }
    Ok(())
}

/// The hash of a password in PHC form.
///
/// # Faults
/// `Bug` when hashing fails.
pub async fn hash(app: &App, plain: String) -> Result<String, kernel::Fault> {
    let mut salt = [0_u8; 16];
    app.entropy().fill(&mut salt);
    off_thread(app, move || {
        let salt = SaltString::encode_b64(&salt).map_err(|e| kernel::Fault::bug(e.to_string()))?;
        let hash = argon().hash_password(plain.as_bytes(), &salt).map_err(|e| kernel::Fault::bug(e.to_string()))?;
        Ok(hash.to_string())
    })
    .await?
}

/// Whether the password belongs to the hash. Without a hash the work is done all the same, so
/// that the time of the answer does not tell whether the account exists.
///
/// # Faults
/// `Bug` when the thread pool is gone.
pub async fn verify(app: &App, plain: String, stored: Option<String>) -> Result<bool, kernel::Fault> {
    // The hash of a password that nobody has.
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    if plain.len() > 1000 {
        return Ok(false);
    }
    let known = stored.is_some();
    let stored = stored.unwrap_or_else(|| NOBODY.to_owned());
    let fits = off_thread(app, move || {
        PasswordHash::new(&stored).is_ok_and(|hash| argon().verify_password(plain.as_bytes(), &hash).is_ok())
    })
    .await?;
    Ok(known && fits)
}

/// A password to be read out and typed: four groups of four, without letters that look alike;
/// 78 bits.
pub fn generate(entropy: &Entropy) -> String {
    const LETTERS: &[u8; 30] = b"abcdefghjkmnpqrstuvwxyz2346789";
    let mut out = String::with_capacity(19);
    while out.len() < 19 {
        if matches!(out.len(), 4 | 9 | 14) {
            out.push('-');
        }
        let mut byte = [0_u8];
        entropy.fill(&mut byte);
        // 240 = 8 × 30: the rest would favour the first letters.
        if byte[0] < 240 {
            out.push(char::from(LETTERS[usize::from(byte[0] % 30)]));
        }
    }
    out
}

async fn off_thread<T: Send + 'static>(app: &App, work: impl FnOnce() -> T + Send + 'static) -> Result<T, kernel::Fault> {
    let permit = app.cpu().clone().acquire_owned().await.map_err(kernel::Fault::bug)?;
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    })
    .await
    .map_err(kernel::Fault::bug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_passwords_pass_the_check_and_differ() {
        let entropy = Entropy::seeded(7);
        let (a, b) = (generate(&entropy), generate(&entropy));
        assert_eq!(a.len(), 19);
        assert_ne!(a, b);
        check(&a).unwrap();
    }

    #[test]
    fn short_and_guessed_passwords_are_refused() {
        assert!(matches!(check("short"), Err(Fault::PasswordLength)));
        for guessed in ["password123", "aaaaaaaaaaaa", "Qwerty12345", "1234567890"] {
            assert!(matches!(check(guessed), Err(Fault::PasswordCommon)), "{guessed}");
        }
        check("ąžuolo stalas 4").unwrap();
    }
}
