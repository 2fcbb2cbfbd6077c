//! `Stripe-Signature: t=…,v1=…`: HMAC-SHA256 with the endpoint's secret over `t`, a dot and the
//! body as it came.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use vitrina::{kernel::Moment, payments::Unverified};

/// Seconds that a message may be old, or ahead of a clock that goes wrong.
pub const TOLERANCE: i64 = 300;

/// Holds a message against every secret in force: while a secret is being replaced there are two,
/// and Stripe may sign with either or both.
///
/// # Errors
/// [`Unverified::Shape`] when the header is no signature, [`Unverified::Signature`] when no secret
/// fits, [`Unverified::Age`] when one fits and the message is too old.
pub fn verify(raw: &[u8], header: &str, secrets: &[String], now: Moment) -> Result<(), Unverified> {
    let mut signed_at = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", text)) => signed_at = text.parse::<i64>().ok().map(|t| (text, t)),
            // `v0` is a test scheme, and a later one is not known here: neither proves anything.
            Some(("v1", hex)) => signatures.extend(bytes(hex)),
            _ => {}
        }
    }
    let (stamp, signed_at) = signed_at.ok_or(Unverified::Shape)?;
    if signatures.is_empty() {
        return Err(Unverified::Shape);
    }
    let fits = |secret: &String| {
        signatures.iter().any(|signature| {
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
            mac.update(stamp.as_bytes());
            mac.update(b".");
            mac.update(raw);
            // Compares in constant time.
            mac.verify_slice(signature).is_ok()
        })
    };
    if !secrets.iter().any(fits) {
        return Err(Unverified::Signature);
    }
    let age = (now.0 / 1000).checked_sub(signed_at).and_then(i64::checked_abs);
    if age.is_some_and(|age| age <= TOLERANCE) { Ok(()) } else { Err(Unverified::Age) }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = hex.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits.filter(|d| d.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;
    // HMAC-SHA256 of `1700000000.{"id":"evt_1"}` with `whsec_test`, by openssl.
    const RIGHT: &str = "c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";
    const THEN: Moment = Moment(1_700_000_000_000);

    fn with(header: &str, secrets: &[&str], now: Moment) -> Result<(), Unverified> {
        let secrets: Vec<String> = secrets.iter().map(|s| (*s).to_owned()).collect();
        verify(BODY, header, &secrets, now)
    }

    #[test]
    fn a_known_signature_holds() {
        let header = format!("t=1700000000,v1={RIGHT}");
        assert_eq!(with(&header, &["whsec_test"], THEN), Ok(()));
        assert_eq!(with(&format!("t=1700000000,v1={},v0=00", RIGHT.to_uppercase()), &["whsec_test"], THEN), Ok(()));
        assert_eq!(with(&header, &["whsec_tesT"], THEN), Err(Unverified::Signature));
        assert_eq!(with(&header, &[], THEN), Err(Unverified::Signature));
        assert_eq!(verify(br#"{"id":"evt_2"}"#, &header, &["whsec_test".into()], THEN), Err(Unverified::Signature));
        // The time is signed too.
        assert_eq!(with(&format!("t=1700000001,v1={RIGHT}"), &["whsec_test"], THEN), Err(Unverified::Signature));
    }

    #[test]
    fn while_a_secret_is_replaced_both_hold() {
        let header = format!("t=1700000000,v1={},v1={RIGHT}", "00".repeat(32));
        assert_eq!(with(&header, &["whsec_old", "whsec_test"], THEN), Ok(()));
        assert_eq!(with(&header, &["whsec_test", "whsec_new"], THEN), Ok(()));
        assert_eq!(with(&header, &["whsec_old", "whsec_new"], THEN), Err(Unverified::Signature));
    }

    #[test]
    fn five_minutes_are_borne_and_no_second_more() {
        let header = format!("t=1700000000,v1={RIGHT}");
        for (seconds, want) in [(300, Ok(())), (301, Err(Unverified::Age)), (-300, Ok(())), (-301, Err(Unverified::Age))] {
            assert_eq!(with(&header, &["whsec_test"], THEN.plus_seconds(seconds)), want, "{seconds}");
        }
        // A forger learns nothing about the clock.
        assert_eq!(with(&header, &["other"], THEN.plus_days(1)), Err(Unverified::Signature));
    }

    #[test]
    fn what_is_no_signature_is_said_to_be_none() {
        for header in ["", "t=1700000000", "v1=00", &format!("t=x,v1={RIGHT}"), "t=1700000000,v1=xyz", "t=1,v0=00", "=,=,="] {
            assert_eq!(with(header, &["whsec_test"], THEN), Err(Unverified::Shape), "{header}");
        }
    }

    proptest! {
        #[test]
        fn no_header_and_no_body_is_too_odd(raw in prop::collection::vec(any::<u8>(), 0..64), header in "[tv01=,a-f0-9 ė-]{0,80}", now in any::<i64>()) {
            prop_assert!(verify(&raw, &header, &["whsec".into()], Moment(now)).is_err());
        }
    }
}
