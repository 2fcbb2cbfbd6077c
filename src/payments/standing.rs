//! What an order owes: the one computation that page, letter, QR code, provider and bank match share.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::kernel::{self, Money, OrderId, Reads, db};

/// How an order's money stands. Derived from rows, never set by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    #[default]
    Unpaid,
    /// The customer did all; the bank takes days.
    Processing,
    PartPaid,
    Paid,
    /// More came than was owed; the rest lies on the desk.
    Overpaid,
    PartRefunded,
    Refunded,
    /// The customer's bank wants money back.
    Disputed,
}

impl PaymentState {
    pub const ALL: &'static [Self] = &[
        Self::Unpaid,
        Self::Processing,
        Self::PartPaid,
        Self::Paid,
        Self::Overpaid,
        Self::PartRefunded,
        Self::Refunded,
        Self::Disputed,
    ];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Processing => "processing",
            Self::PartPaid => "part_paid",
            Self::Paid => "paid",
            Self::Overpaid => "overpaid",
            Self::PartRefunded => "part_refunded",
            Self::Refunded => "refunded",
            Self::Disputed => "disputed",
        }
    }
}
impl FromStr for PaymentState {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or("unknown state of payment")
    }
}

/// What rows say of one order, all in its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub total: Money,
    /// What came and stayed, refunds not taken off.
    pub paid: i64,
    pub refunded: i64,
    /// Taken off the total by credit notes.
    pub credited: i64,
    /// What has to come before the shop begins; `None` is all of it.
    pub deposit: Option<i64>,
    /// Meant for this order and on no order.
    pub excess: bool,
    pub disputed: bool,
    pub processing: bool,
}

/// How an order's money stands, computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    pub state: PaymentState,
    pub total: Money,
    /// What the shop has of it now: paid less refunded.
    pub received: Money,
    /// What is still owed of the whole.
    pub due: Money,
    /// What is asked for now: the rest of the deposit while that is not covered, else `due`.
    pub ask: Money,
    /// Enough came for the shop to begin.
    pub covered: bool,
}

impl Told {
    /// A refund is wanted by the shop and does not open the debt again, with or without a credit
    /// note; money that a bank took back does.
    pub fn standing(&self) -> Standing {
        let money = |minor| Money { minor, ..self.total };
        let owed = self.total.minor - self.credited.max(self.refunded);
        let received = self.paid - self.refunded;
        let due = (owed - received).max(0);
        let first = self.deposit.map_or(due, |deposit| (deposit - received).clamp(0, due));
        let covered = match self.deposit {
            Some(deposit) => received >= deposit.min(owed),
            None => due == 0,
        };
        let ask = if first > 0 { first } else { due };
        let state = if self.disputed {
            PaymentState::Disputed
        } else if self.refunded > 0 {
            if self.refunded >= self.paid { PaymentState::Refunded } else { PaymentState::PartRefunded }
        } else if due > 0 && self.paid > 0 {
            PaymentState::PartPaid
        } else if due > 0 {
            if self.processing { PaymentState::Processing } else { PaymentState::Unpaid }
        } else if self.excess {
            PaymentState::Overpaid
        } else {
            PaymentState::Paid
        };
        Standing { state, total: self.total, received: money(received), due: money(due), ask: money(ask), covered }
    }
}

/// So many hundredths of a percent of a sum, rounded half away from zero: a deposit of 30 % is
/// `part_of(total, 3000)`. `None` outside of nothing and all of it.
pub fn part_of(total: Money, hundredths: i64) -> Option<Money> {
    if !(0..=10_000).contains(&hundredths) {
        return None;
    }
    let part = total.to_decimal().checked_mul(rust_decimal::Decimal::new(hundredths, 4))?;
    Money::from_decimal(part, total.currency)
}

/// What receipts and attempts say of an order: money meant for it that is on no order, whether
/// any of it is disputed, and whether a payment is under way.
///
/// # Faults
/// Whatever the database says.
pub async fn meant(db: &impl Reads, order: OrderId) -> Result<(bool, bool, bool), kernel::Fault> {
    let sql = "select \
        case when exists (select 1 from payment_receipt where order_id = $1 and balance_minor - reserved_minor > allocated_minor) then 1 else 0 end, \
        case when exists (select 1 from payment_receipt r where r.disputed_minor > 0 and (r.order_id = $1 or r.id in \
            (select receipt_id from payment_allocation where order_id = $1))) then 1 else 0 end, \
        case when exists (select 1 from payment_attempt where order_id = $1 and state = 'processing') then 1 else 0 end";
    let row = db::row(db, sql, db::params![order]).await?.ok_or_else(|| kernel::Fault::bug("a query without a row"))?;
    let flag = |i| Ok::<bool, sea_orm::DbErr>(row.try_get_by_index::<i32>(i)? == 1);
    Ok((flag(0)?, flag(1)?, flag(2)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(total: i64) -> Told {
        Told {
            total: Money::eur(total),
            paid: 0,
            refunded: 0,
            credited: 0,
            deposit: None,
            excess: false,
            disputed: false,
            processing: false,
        }
    }

    #[test]
    fn the_worked_example_of_a_split_payment() {
        // Domain notes §3.2: due 257.32; 250.00 comes, then 10.00.
        let after = |paid| Told { paid, ..told(25_732) }.standing();
        assert_eq!((after(25_000).state, after(25_000).due.minor), (PaymentState::PartPaid, 732));
        assert_eq!((after(25_732).state, after(25_732).due.minor), (PaymentState::Paid, 0));
        assert_eq!(Told { excess: true, paid: 25_732, ..told(25_732) }.standing().state, PaymentState::Overpaid);
    }

    #[test]
    fn a_deposit_is_asked_for_first_and_covers_the_beginning() {
        let with = |paid| Told { deposit: Some(14_263), paid, ..told(39_995) }.standing();
        assert_eq!((with(0).ask.minor, with(0).due.minor, with(0).covered), (14_263, 39_995, false));
        assert_eq!((with(10_000).ask.minor, with(10_000).covered), (4_263, false));
        // Domain notes §1.3, example A: 399.95, 142.63 came, 257.32 is due.
        assert_eq!((with(14_263).ask.minor, with(14_263).due.minor, with(14_263).covered), (25_732, 25_732, true));
    }

    #[test]
    fn a_refund_is_not_asked_for_again_and_a_lost_dispute_is() {
        let refunded = Told { paid: 10_000, refunded: 3_000, ..told(10_000) }.standing();
        assert_eq!((refunded.state, refunded.due.minor, refunded.received.minor), (PaymentState::PartRefunded, 0, 7_000));
        let with_note = Told { paid: 10_000, refunded: 3_000, credited: 3_000, ..told(10_000) }.standing();
        assert_eq!(with_note.due.minor, 0);
        let all = Told { paid: 10_000, refunded: 10_000, ..told(10_000) }.standing();
        assert_eq!(all.state, PaymentState::Refunded);
        // A dispute takes it off what was paid.
        assert_eq!(told(10_000).standing().due.minor, 10_000);
    }

    #[test]
    fn a_credit_note_before_payment_lowers_what_is_owed() {
        let s = Told { credited: 2_000, ..told(10_000) }.standing();
        assert_eq!((s.due.minor, s.state), (8_000, PaymentState::Unpaid));
    }

    #[test]
    fn a_share_is_rounded_once() {
        assert_eq!(part_of(Money::eur(39_995), 3_000), Some(Money::eur(11_999)));
        assert_eq!(part_of(Money::eur(1), 5_000), Some(Money::eur(1)));
        assert_eq!(part_of(Money::eur(100), 10_001), None);
    }

    #[test]
    fn an_order_for_nothing_is_paid() {
        let s = told(0).standing();
        assert_eq!((s.state, s.covered), (PaymentState::Paid, true));
    }

    proptest! {
        /// Whatever came: nothing negative is asked for, never more than is due, and who paid
        /// what is asked for, step by step, has paid the whole exactly.
        #[test]
        fn paying_what_is_asked_ends_at_the_whole(total in 0_i64..1_000_000, deposit in proptest::option::of(0_i64..1_200_000)) {
            let mut told = Told { deposit: deposit.map(|d| d.min(total)), ..told(total) };
            for _ in 0..3 {
                let s = told.standing();
                prop_assert!(s.ask.minor >= 0 && s.ask.minor <= s.due.minor);
                prop_assert_eq!(s.ask.minor == 0, s.due.minor == 0);
                told.paid += s.ask.minor;
            }
            let s = told.standing();
            prop_assert_eq!(s.due.minor, 0);
            prop_assert_eq!(told.paid, total);
            prop_assert!(s.covered);
        }

        #[test]
        fn what_is_due_and_what_was_received_make_what_is_owed(
            total in 0_i64..1_000_000, part in 0_i64..=100, back in 0_i64..=100
        ) {
            let paid = total * part / 100;
            let refunded = paid * back / 100;
            let s = Told { paid, refunded, ..told(total) }.standing();
            prop_assert_eq!(s.due.minor + s.received.minor, total - refunded);
        }
    }
}
