//! What an event says.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};
use vitrina::{kernel::Moment, payments::Event};

use crate::objects::{Charge, Dispute, Intent, Refund, Said, Session, Taken, moment};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Envelope {
    id: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    livemode: Option<bool>,
    created: Option<i64>,
    data: Option<Data>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Data {
    object: Value,
}

/// Reads a body whose signature holds. Stripe signed it, so it is kept whatever it is: one that
/// cannot be read gets a name made of its bytes, the same each time that it is sent again.
///
/// `live` is what the shop's own key is for; an event of the other world is not booked.
pub fn read(raw: &[u8], live: Option<bool>, now: Moment) -> Event {
    let unreadable = |why: String| Event {
        id: format!("unreadable_{}", Sha256::digest(raw).iter().map(|b| format!("{b:02x}")).collect::<String>()),
        kind: "unreadable".to_owned(),
        live: false,
        facts: Err(why),
    };
    let envelope = match serde_json::from_slice::<Envelope>(raw) {
        Ok(envelope) => envelope,
        Err(e) => return unreadable(e.to_string()),
    };
    let (Some(id), Some(kind)) = (envelope.id.filter(|id| !id.is_empty()), envelope.kind) else {
        return unreadable("an event without id or type".to_owned());
    };
    let is_live = envelope.livemode.unwrap_or(false);
    let told = moment(envelope.created).unwrap_or(now);
    let facts = match live {
        Some(own) if own != is_live => Err(format!("an event of {} while the shop's key is for {}", world(is_live), world(own))),
        _ => facts(&kind, envelope.data.unwrap_or_default().object, told),
    };
    Event { id, kind, live: is_live, facts }
}

fn world(live: bool) -> &'static str {
    if live { "real money" } else { "rehearsals" }
}

fn facts(kind: &str, object: Value, told: Moment) -> Said {
    match kind.strip_prefix("checkout.session.") {
        Some(verb @ ("completed" | "async_payment_succeeded" | "async_payment_failed" | "expired")) => {
            let session: Session = of(object)?;
            if !session.is_payment() {
                return Ok(Vec::new());
            }
            return match verb {
                "completed" => session.completed(told),
                "async_payment_succeeded" => session.paid(told).map(|fact| vec![fact]),
                "async_payment_failed" => Ok(vec![session.failed()]),
                _ => Ok(vec![session.expired()]),
            };
        }
        Some(_) => return Ok(Vec::new()),
        None => {}
    }
    match kind {
        "payment_intent.succeeded" => of::<Intent>(object)?.succeeded(told).map(|fact| vec![fact]),
        // Not the end of anything: a card was declined and the page is open for the next one, or a
        // bank's no, of which the session tells with its name.
        "payment_intent.payment_failed" => of::<Intent>(object).map(|_| Vec::new()),
        "charge.refunded" => of::<Charge>(object)?.refunds(told),
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            of::<Refund>(object)?.fact(told).map(|fact| vec![fact])
        }
        "charge.dispute.funds_withdrawn" => of::<Dispute>(object)?.facts(Taken::ForSure, told),
        "charge.dispute.created" | "charge.dispute.updated" | "charge.dispute.closed" | "charge.dispute.funds_reinstated" => {
            of::<Dispute>(object)?.facts(Taken::ByStatus, told)
        }
        _ => Ok(Vec::new()),
    }
}

fn of<T: DeserializeOwned>(object: Value) -> Said<T> {
    if !object.is_object() {
        return Err("an event without its object".to_owned());
    }
    serde_json::from_value(object).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use vitrina::{
        kernel::Money,
        payments::{DisputeState, Fact, RefundState},
    };

    use super::*;

    const ATTEMPT: &str = "01920000-0000-7000-8000-000000000001";
    const REFUND: &str = "01920000-0000-7000-8000-000000000002";
    const NOW: Moment = Moment(1_700_000_000_000);

    /// The event as sent, with the few fields that count and one that no version has yet.
    fn event(kind: &str, object: Value) -> Event {
        let body = json!({
            "id": "evt_1", "object": "event", "type": kind, "livemode": false, "created": 1_699_999_990, "api_version": "2031-01-01.x",
            "data": { "object": object, "previous_attributes": null }, "never_seen_before": [1, { "a": null }],
        });
        read(body.to_string().as_bytes(), Some(false), NOW)
    }

    fn one(kind: &str, object: Value) -> Fact {
        let mut facts = event(kind, object).facts.unwrap();
        assert_eq!(facts.len(), 1, "{facts:?}");
        facts.remove(0)
    }

    fn session(payment_status: &str) -> Value {
        json!({
            "id": "cs_1", "mode": "payment", "status": "complete", "payment_status": payment_status, "payment_intent": "pi_1",
            "amount_total": 19_90, "currency": "eur", "metadata": { "vitrina_attempt": ATTEMPT },
        })
    }

    fn told() -> Moment {
        Moment(1_699_999_990_000)
    }

    #[test]
    fn a_session_says_how_its_money_stands() {
        let (attempt, session_name) = (Some(ATTEMPT.parse().unwrap()), Some("cs_1".to_owned()));
        let paid =
            Fact::Paid { payment: "pi_1".into(), attempt, session: session_name.clone(), amount: Money::eur(19_90), at: told() };
        assert_eq!(one("checkout.session.completed", session("paid")), paid);
        assert_eq!(one("checkout.session.async_payment_succeeded", session("paid")), paid);
        let processing = Fact::Processing { attempt, session: session_name.clone() };
        assert_eq!(one("checkout.session.completed", session("unpaid")), processing);
        let failed = one("checkout.session.async_payment_failed", session("unpaid"));
        assert!(matches!(failed, Fact::Failed { attempt: a, .. } if a == attempt), "{failed:?}");
        assert_eq!(one("checkout.session.expired", session("unpaid")), Fact::Expired { attempt, session: session_name });
        assert_eq!(event("checkout.session.completed", session("no_payment_required")).facts, Ok(vec![]));
    }

    #[test]
    fn other_softwares_subscription_is_no_matter_of_ours() {
        let mut other = session("paid");
        other["mode"] = "subscription".into();
        other["payment_intent"] = Value::Null;
        assert_eq!(event("checkout.session.completed", other.clone()).facts, Ok(vec![]));
        other["mode"] = "payment".into();
        assert!(event("checkout.session.completed", other).facts.is_err(), "money without a name is not dropped");
    }

    #[test]
    fn a_payment_has_one_name_whoever_tells() {
        let intent = json!({ "id": "pi_1", "amount": 19_90, "amount_received": 19_90, "currency": "eur", "metadata": { "vitrina_attempt": ATTEMPT } });
        let refund = json!({ "id": "re_1", "payment_intent": "pi_1", "charge": "ch_1", "amount": 5_00, "currency": "eur", "status": "succeeded", "created": 1_700_000_000, "metadata": { "vitrina_refund": REFUND } });
        let dispute = json!({ "id": "dp_1", "payment_intent": { "id": "pi_1" }, "charge": "ch_1", "amount": 19_90, "currency": "eur", "status": "needs_response", "created": 1_700_000_000 });
        let charge = json!({ "id": "ch_1", "payment_intent": "pi_1", "refunds": { "data": [refund.clone()] } });
        let refunded = Fact::Refunded {
            refund: "re_1".into(),
            payment: "pi_1".into(),
            ours: Some(REFUND.parse().unwrap()),
            amount: Money::eur(5_00),
            state: RefundState::Succeeded,
            at: NOW,
        };
        assert_eq!(one("charge.refunded", charge), refunded);
        for kind in ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"] {
            assert_eq!(one(kind, refund.clone()), refunded);
        }
        assert!(matches!(one("payment_intent.succeeded", intent), Fact::Paid { payment, .. } if payment == "pi_1"));
        assert!(matches!(one("charge.dispute.created", dispute), Fact::Disputed { payment, .. } if payment == "pi_1"));
    }

    #[test]
    fn a_charge_without_an_intent_lends_its_own_name() {
        let refund = json!({ "id": "re_1", "charge": { "id": "ch_1" }, "amount": 1, "currency": "eur", "status": "canceled" });
        let fact = one("refund.updated", refund);
        assert!(matches!(&fact, Fact::Refunded { payment, state: RefundState::Failed, .. } if payment == "ch_1"), "{fact:?}");
    }

    #[test]
    fn disputes_move_money_only_when_they_do() {
        let dispute = |status: &str| json!({ "id": "dp_1", "charge": "ch_1", "amount": 1, "currency": "eur", "status": status });
        for (kind, status, want) in [
            ("charge.dispute.created", "needs_response", Some(DisputeState::Open)),
            ("charge.dispute.created", "warning_needs_response", None),
            ("charge.dispute.updated", "under_review", Some(DisputeState::Open)),
            ("charge.dispute.funds_withdrawn", "warning_under_review", Some(DisputeState::Open)),
            ("charge.dispute.funds_withdrawn", "lost", Some(DisputeState::Lost)),
            ("charge.dispute.funds_reinstated", "won", Some(DisputeState::Won)),
            ("charge.dispute.closed", "lost", Some(DisputeState::Lost)),
            ("charge.dispute.closed", "warning_closed", None),
        ] {
            let facts = event(kind, dispute(status)).facts.unwrap();
            let got = facts.first().map(|f| if let Fact::Disputed { state, .. } = f { *state } else { panic!("{f:?}") });
            assert_eq!(got, want, "{kind} {status}");
        }
        assert!(event("charge.dispute.updated", dispute("some_new_word")).facts.is_err());
    }

    #[test]
    fn a_declined_card_ends_nothing() {
        let intent =
            json!({ "id": "pi_1", "status": "requires_payment_method", "last_payment_error": { "code": "card_declined" } });
        assert_eq!(event("payment_intent.payment_failed", intent).facts, Ok(vec![]));
    }

    #[test]
    fn sums_without_cents_are_not_divided() {
        let intent = |code: &str| json!({ "id": "pi_1", "amount_received": 500, "currency": code });
        let amount =
            |code| if let Fact::Paid { amount, .. } = one("payment_intent.succeeded", intent(code)) { amount } else { panic!() };
        assert_eq!(amount("jpy").amount_text(), "500");
        assert_eq!(amount("isk").amount_text(), "5");
        assert_eq!(amount("eur").amount_text(), "5.00");
        assert_eq!(amount("kwd").amount_text(), "0.500");
    }

    #[test]
    fn other_events_say_nothing_and_unreadable_ones_say_so() {
        for kind in ["charge.succeeded", "customer.created", "checkout.session.renamed", "v2.core.event"] {
            assert_eq!(event(kind, json!({ "id": "x" })).facts, Ok(vec![]), "{kind}");
        }
        for (kind, object) in [
            ("payment_intent.succeeded", json!({ "id": "pi_1", "amount_received": 5, "currency": "xyz" })),
            ("payment_intent.succeeded", json!({ "id": "pi_1", "amount_received": "5", "currency": "eur" })),
            ("payment_intent.succeeded", json!({ "amount_received": 5, "currency": "eur" })),
            ("payment_intent.succeeded", Value::Null),
            ("refund.created", json!({ "id": "re_1", "amount": 5, "currency": "eur", "status": "new_word", "charge": "ch_1" })),
            ("refund.created", json!({ "id": "re_1", "amount": 5, "currency": "eur", "status": "pending" })),
        ] {
            let read = event(kind, object.clone());
            assert!(read.facts.is_err() && read.id == "evt_1" && read.kind == kind, "{kind} {object}");
        }
        let (one, again) = (read(b"<html>", None, NOW), read(b"<html>", None, NOW));
        assert!(one == again && one.facts.is_err() && one.id.starts_with("unreadable_"));
    }

    #[test]
    fn a_rehearsal_is_never_booked_as_money() {
        let body = json!({ "id": "evt_1", "type": "payment_intent.succeeded", "livemode": false, "data": { "object": { "id": "pi_1", "amount_received": 1, "currency": "eur" } } }).to_string();
        assert!(read(body.as_bytes(), Some(false), NOW).facts.is_ok());
        assert!(read(body.as_bytes(), Some(true), NOW).facts.is_err());
        assert!(read(body.replace("false", "true").as_bytes(), Some(false), NOW).facts.is_err());
    }

    const KINDS: &[&str] = &[
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "charge.refunded",
        "refund.updated",
        "charge.dispute.updated",
        "charge.dispute.funds_withdrawn",
    ];
    const FIELDS: &[&str] = &[
        "id",
        "status",
        "payment_status",
        "payment_intent",
        "amount",
        "amount_total",
        "amount_received",
        "currency",
        "metadata",
        "charge",
        "created",
        "refunds",
        "data",
        "latest_charge",
        "vitrina_attempt",
        "vitrina_refund",
        "mode",
        "last_payment_error",
    ];

    fn anything() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[a-z_0-9ė\u{0}]{0,12}".prop_map(Value::from),
            prop::sample::select(vec!["eur", "isk", "paid", "unpaid", "succeeded", "payment", "complete", "won", ATTEMPT])
                .prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(prop::sample::select(FIELDS), inner, 0..10)
                    .prop_map(|map| Value::Object(map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn no_object_is_too_odd(kind in prop::sample::select(KINDS), object in anything(), created in anything()) {
            let body = json!({ "id": "evt_1", "type": kind, "livemode": false, "created": created, "data": { "object": object } });
            let event = read(body.to_string().as_bytes(), Some(false), NOW);
            prop_assert!(!event.id.is_empty());
            let facts = event.facts.unwrap_or_default();
            let sums = facts.iter().filter_map(|f| match f {
                Fact::Paid { amount, .. } | Fact::Refunded { amount, .. } | Fact::Disputed { amount, .. } => Some(amount.minor),
                _ => None,
            });
            prop_assert!(sums.into_iter().all(|minor| minor >= 0));
        }

        #[test]
        fn no_bytes_are_too_odd(raw in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(read(&raw, None, NOW).facts.is_err());
        }
    }
}
