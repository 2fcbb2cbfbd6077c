//! A link from an offer into the shop. It says which offer it comes from and until when it holds; whose
//! prices are shown is asked of the offer, so that joined records are followed and an offer that was
//! taken back leads to everybody's prices. It identifies and never authenticates: a price, and nothing
//! that was ever written about the customer.

use super::State;
use crate::kernel::{Fault, Moment, OfferId, PartyId, Reads, db, seal::Seal};

/// What the seal is for.
pub const PURPOSE: &str = "offer link";
/// The form of the note, so that an older one is told from a newer one.
const FORM: u8 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invite {
    pub offer: OfferId,
    /// Not later than the end of the offer.
    pub until: Moment,
}

impl Invite {
    /// The token that travels in addresses.
    pub fn token(self, seal: &Seal) -> String {
        let mut note = vec![FORM];
        note.extend(self.offer.uuid().as_bytes());
        note.extend(self.until.0.to_be_bytes());
        seal.close(&note)
    }

    /// What a token says, if this shop made it and it still holds.
    pub fn read(seal: &Seal, token: &str, now: Moment) -> Option<Self> {
        let note = seal.open(token)?;
        let (offer, until) = note.strip_prefix(&[FORM])?.split_first_chunk::<16>()?;
        let until = Moment(i64::from_be_bytes(until.try_into().ok()?));
        let offer = OfferId(uuid::Uuid::from_bytes(*offer));
        (until > now).then_some(Self { offer, until })
    }
}

/// Whose prices an offer's links show; nobody's once it was taken back or is gone.
///
/// # Faults
/// Whatever the database says.
pub async fn whose(db: &impl Reads, offer: OfferId) -> Result<Option<PartyId>, Fault> {
    let sql = "select party_id from offer where id = $1 and token is not null and state <> $2";
    Ok(db::scalar(db, sql, db::params![offer, State::Withdrawn.as_str()]).await?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_holds_until_its_end_and_in_its_own_shop(id in any::<u128>(), until in 1..4_000_000_000_000_i64, now in 0..4_000_000_000_000_i64) {
            let seal = Seal::new("secret", PURPOSE);
            let invite = Invite { offer: OfferId(uuid::Uuid::from_u128(id)), until: Moment(until) };
            let token = invite.token(&seal);
            prop_assert_eq!(Invite::read(&seal, &token, Moment(now)), (now < until).then_some(invite));
            prop_assert_eq!(Invite::read(&Seal::new("another", PURPOSE), &token, Moment(0)), None);
            prop_assert!(!token.contains(&invite.offer.to_string()[..8]));
        }
    }

    #[test]
    fn a_note_of_another_form_is_none() {
        let seal = Seal::new("secret", PURPOSE);
        for note in [&[][..], &[FORM], &[2; 25], &[FORM; 26], &[FORM; 24]] {
            assert_eq!(Invite::read(&seal, &seal.close(note), Moment(0)), None, "{note:?}");
        }
        assert!(Invite::read(&seal, &seal.close(&[FORM; 25]), Moment(0)).is_some());
    }
}
