//! What the stand-in knows: sessions, payments, refunds, disputes, the balance, and the events
//! that changes of these make. Pure: no network, no clock of its own.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::{
    form,
    objects::{Dispute, Movement, Payment, Refund, Refusal, Session},
};

pub type Done<T> = Result<T, Refusal>;

/// Something that happened, as its webhook tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripeEvent {
    pub id: String,
    pub kind: String,
    pub body: String,
}

#[derive(Default)]
pub struct Books {
    pub base: String,
    pub now: i64,
    /// The version in which events are written; before 2022-11-15 a charge brings its refunds.
    pub api_version: String,
    /// Refunds wait to be settled or to fail.
    pub refunds_wait: bool,
    pub sessions: BTreeMap<String, Session>,
    pub payments: BTreeMap<String, Payment>,
    pub refunds: BTreeMap<String, Refund>,
    pub disputes: BTreeMap<String, Dispute>,
    pub movements: BTreeMap<String, Movement>,
    pub events: Vec<StripeEvent>,
    /// Events that nobody was told of yet.
    pub outbox: Vec<StripeEvent>,
    pub acknowledged: HashSet<String>,
    pub keys: HashMap<String, Kept>,
    pub(super) charges: HashMap<String, String>,
    /// When the open pages close.
    pub(super) closing: BTreeSet<(i64, String)>,
    pub(super) count: u64,
}

/// What was answered to an idempotency key.
pub struct Kept {
    pub asked: (String, String),
    pub status: u16,
    pub body: String,
    pub at: i64,
}

/// Sum after sum, by currency.
pub type Balance = BTreeMap<String, i64>;

impl Books {
    /// Names in the order in which things were made, so that lists need no other order.
    fn name(&mut self, prefix: &str) -> String {
        self.count += 1;
        format!("{prefix}_standin{:010}", self.count)
    }

    pub fn start(&mut self, ask: &Value, live: bool) -> Done<Value> {
        const KNOWN: &[&str] = &[
            "mode",
            "line_items",
            "payment_intent_data",
            "metadata",
            "success_url",
            "cancel_url",
            "expires_at",
            "customer_email",
            "locale",
            "client_reference_id",
            "adaptive_pricing",
            "expand",
        ];
        if let Some(key) = ask.as_object().and_then(|o| o.keys().find(|k| !KNOWN.contains(&k.as_str()))) {
            return Err(Refusal::invalid(key, "Received unknown parameter"));
        }
        let text = |key: &str| ask[key].as_str().filter(|t| !t.is_empty()).map(str::to_owned);
        if text("mode").as_deref() != Some("payment") {
            return Err(Refusal::invalid("mode", "only payment is known here"));
        }
        let lines = form::items(&ask["line_items"]);
        let [line] = lines.as_slice() else { return Err(Refusal::invalid("line_items", "one line is known here")) };
        let (price, quantity) = (&line["price_data"], form::number(&line["quantity"]));
        let (Some(unit), Some(quantity)) = (form::number(&price["unit_amount"]), quantity) else {
            return Err(Refusal::invalid("line_items[0]", "needs unit_amount and quantity"));
        };
        let currency = price["currency"].as_str().unwrap_or_default().to_owned();
        let amount = unit * quantity;
        payable(amount, &currency)?;
        let Some(title) = price["product_data"]["name"].as_str().filter(|t| !t.is_empty()).map(str::to_owned) else {
            return Err(Refusal::invalid("line_items[0][price_data][product_data][name]", "is required"));
        };
        let expires_at = match &ask["expires_at"] {
            Value::Null => self.now + 86_400,
            given => form::number(given).ok_or_else(|| Refusal::invalid("expires_at", "is not a number"))?,
        };
        if !(self.now + 1800..=self.now + 86_400).contains(&expires_at) {
            return Err(Refusal::invalid("expires_at", "must be between 30 minutes and 24 hours from now"));
        }
        let email = text("customer_email");
        if email.as_deref().is_some_and(|e| !e.contains('@')) {
            return Err(Refusal::invalid("customer_email", "Invalid email address"));
        }
        let success_url = text("success_url").ok_or_else(|| Refusal::invalid("success_url", "is required"))?;
        let session = Session {
            id: self.name(if live { "cs_live" } else { "cs_test" }),
            created: self.now,
            expires_at,
            amount,
            currency,
            title,
            description: ask["payment_intent_data"]["description"].as_str().map(str::to_owned),
            metadata: metadata(&ask["metadata"])?,
            payment_metadata: metadata(&ask["payment_intent_data"]["metadata"])?,
            client_reference_id: text("client_reference_id"),
            email,
            locale: text("locale"),
            success_url,
            cancel_url: text("cancel_url"),
            status: "open",
            payment_status: "unpaid",
            intent: None,
            live,
        };
        let json = session.json(&self.base);
        self.closing.insert((session.expires_at, session.id.clone()));
        self.sessions.insert(session.id.clone(), session);
        Ok(json)
    }

    /// The customer pays, at once or through a bank that takes days.
    pub fn complete(&mut self, session: &str, paid: bool) -> Done<String> {
        let id = self.intent_of(session)?;
        let now = self.now;
        let payment = self.payments.get_mut(&id).ok_or_else(|| Refusal::missing(&id))?;
        (payment.status, payment.error) = (if paid { "succeeded" } else { "processing" }, None);
        payment.paid_at = paid.then_some(now);
        let ended = self.session_mut(session)?;
        (ended.status, ended.payment_status) = ("complete", if paid { "paid" } else { "unpaid" });
        if paid {
            self.received(&id)?;
        } else {
            self.tell("payment_intent.processing", &id)?;
        }
        self.tell("checkout.session.completed", session)?;
        Ok(id)
    }

    /// The bank of a payment that took days has said yes or no.
    pub fn decide(&mut self, session: &str, paid: bool) -> Done<String> {
        let now = self.now;
        let ended = self.session_mut(session)?;
        let Some(id) = ended.intent.clone().filter(|_| (ended.status, ended.payment_status) == ("complete", "unpaid")) else {
            return Err(Refusal::state("session_not_processing", format!("{session} does not wait for a bank")));
        };
        let payment = self.payments.get_mut(&id).ok_or_else(|| Refusal::missing(&id))?;
        if payment.status != "processing" {
            return Err(Refusal::state("session_not_processing", format!("{session} does not wait for a bank")));
        }
        (payment.status, payment.error) =
            if paid { ("succeeded", None) } else { ("requires_payment_method", Some("payment_intent_payment_attempt_failed")) };
        payment.paid_at = paid.then_some(now);
        if paid {
            self.session_mut(session)?.payment_status = "paid";
            self.received(&id)?;
            self.tell("checkout.session.async_payment_succeeded", session)?;
        } else {
            self.tell("payment_intent.payment_failed", &id)?;
            self.tell("checkout.session.async_payment_failed", session)?;
        }
        Ok(id)
    }

    /// A card is declined; the page stays open for another.
    pub fn decline(&mut self, session: &str) -> Done<String> {
        let id = self.intent_of(session)?;
        let payment = self.payments.get_mut(&id).ok_or_else(|| Refusal::missing(&id))?;
        (payment.status, payment.error) = ("requires_payment_method", Some("card_declined"));
        self.tell("payment_intent.payment_failed", &id)?;
        Ok(id)
    }

    pub fn expire(&mut self, session: &str) -> Done<Value> {
        let ended = self.session_mut(session)?;
        if ended.status != "open" {
            return Err(Refusal::state(
                "session_not_open",
                format!("Only open sessions can be expired; {session} is {}", ended.status),
            ));
        }
        ended.status = "expired";
        self.tell("checkout.session.expired", session)?;
        self.object(session).ok_or_else(|| Refusal::missing(session))
    }

    /// Closes the pages whose time is over.
    pub fn pass(&mut self) {
        while let Some((_, session)) = self.closing.first().filter(|(at, _)| *at <= self.now).cloned() {
            self.closing.pop_first();
            // Completed ones are refused.
            let _ = self.expire(&session);
        }
    }

    pub fn refund(&mut self, payment: &str, amount: Option<i64>, metadata: Map<String, Value>) -> Done<String> {
        let id = self.payment_name(payment);
        let (wait, now) = (self.refunds_wait, self.now);
        let of = self.payments.get(&id).ok_or_else(|| Refusal::missing(payment))?.clone();
        let left = of.amount - of.refunded;
        let amount = amount.unwrap_or(left);
        if of.paid_at.is_none() {
            return Err(Refusal::state(
                "payment_intent_unexpected_state",
                format!("{payment} does not have a successful charge to refund."),
            ));
        }
        if of.disputed {
            return Err(Refusal::state(
                "charge_disputed",
                format!("Charge {} has been charged back; cannot issue a refund.", of.charge),
            ));
        }
        if left == 0 {
            return Err(Refusal::state("charge_already_refunded", format!("Charge {} has already been refunded.", of.charge)));
        }
        if amount <= 0 || amount > left {
            return Err(Refusal::state(
                "amount_too_large",
                format!("Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"),
            ));
        }
        let refund = Refund {
            id: self.name("re"),
            payment: id.clone(),
            charge: of.charge.clone(),
            created: now,
            amount,
            currency: of.currency.clone(),
            metadata,
            status: if wait { "pending" } else { "succeeded" },
        };
        let name = refund.id.clone();
        if !wait {
            self.moves(-amount, &of.currency, "refund", &name);
        }
        self.refunds.insert(name.clone(), refund);
        if let Some(payment) = self.payments.get_mut(&id) {
            payment.refunded += amount;
            payment.refunds.push(name.clone());
        }
        self.tell("refund.created", &name)?;
        self.tell("charge.refunded", &of.charge)?;
        Ok(name)
    }

    /// A refund that waits goes through, or the money comes back: also from one that went through.
    pub fn refund_ends(&mut self, refund: &str, well: bool) -> Done<()> {
        let it = self.refunds.get_mut(refund).ok_or_else(|| Refusal::missing(refund))?;
        let was = it.status;
        if was == "failed" || (well && was == "succeeded") {
            return Err(Refusal::state("refund_ended", format!("{refund} is {was}")));
        }
        it.status = if well { "succeeded" } else { "failed" };
        let (amount, currency, payment) = (it.amount, it.currency.clone(), it.payment.clone());
        match (well, was) {
            (true, _) => self.moves(-amount, &currency, "refund", refund),
            (false, "succeeded") => self.moves(amount, &currency, "refund_failure", refund),
            _ => {}
        }
        if !well {
            if let Some(payment) = self.payments.get_mut(&payment) {
                payment.refunded -= amount;
            }
            self.tell("refund.failed", refund)?;
        }
        self.tell("refund.updated", refund)?;
        self.tell("charge.refund.updated", refund)
    }

    /// The customer's bank demands the money back, or only asks (`inquiry`).
    pub fn dispute(&mut self, payment: &str, amount: Option<i64>, inquiry: bool) -> Done<String> {
        let id = self.payment_name(payment);
        let of = self.payments.get(&id).ok_or_else(|| Refusal::missing(payment))?.clone();
        let left = of.amount - of.refunded;
        let amount = amount.unwrap_or(left);
        if of.paid_at.is_none() || of.disputed || amount <= 0 || amount > left {
            return Err(Refusal::state("not_disputable", format!("{payment} cannot be disputed for {amount}")));
        }
        let dispute = Dispute {
            id: self.name("dp"),
            payment: id.clone(),
            charge: of.charge,
            created: self.now,
            amount,
            currency: of.currency,
            status: if inquiry { "warning_needs_response" } else { "needs_response" },
            live: of.live,
        };
        let name = dispute.id.clone();
        self.disputes.insert(name.clone(), dispute);
        if let Some(payment) = self.payments.get_mut(&id) {
            payment.disputed = !inquiry;
            payment.disputes.push(name.clone());
        }
        self.tell("charge.dispute.created", &name)?;
        if !inquiry {
            self.withdrawn(&name)?;
        }
        Ok(name)
    }

    /// The bank was not content with the answer to its inquiry.
    pub fn escalate(&mut self, dispute: &str) -> Done<()> {
        let it = self.disputes.get_mut(dispute).ok_or_else(|| Refusal::missing(dispute))?;
        if it.status != "warning_needs_response" {
            return Err(Refusal::state("dispute_ended", format!("{dispute} is {}", it.status)));
        }
        it.status = "needs_response";
        let payment = it.payment.clone();
        if let Some(payment) = self.payments.get_mut(&payment) {
            payment.disputed = true;
        }
        self.tell("charge.dispute.updated", dispute)?;
        self.withdrawn(dispute)
    }

    pub fn dispute_ends(&mut self, dispute: &str, won: bool) -> Done<()> {
        let it = self.disputes.get_mut(dispute).ok_or_else(|| Refusal::missing(dispute))?;
        if it.status != "needs_response" {
            return Err(Refusal::state("dispute_ended", format!("{dispute} is {}", it.status)));
        }
        it.status = if won { "won" } else { "lost" };
        let (amount, currency) = (it.amount, it.currency.clone());
        self.tell("charge.dispute.closed", dispute)?;
        if won {
            self.moves(amount, &currency, "adjustment", dispute);
            self.tell("charge.dispute.funds_reinstated", dispute)?;
        }
        Ok(())
    }

    pub fn balance(&self) -> Balance {
        let mut balance = Balance::new();
        for movement in self.movements.values() {
            *balance.entry(movement.currency.clone()).or_default() += movement.amount;
        }
        balance
    }

    /// Any object by its name.
    pub fn object(&self, id: &str) -> Option<Value> {
        let charge = || self.payments.get(self.charges.get(id)?).map(|p| p.charge_json(None));
        self.payments
            .get(id)
            .map(Payment::json)
            .or_else(|| self.sessions.get(id).map(|s| s.json(&self.base)))
            .or_else(|| self.refunds.get(id).map(Refund::json))
            .or_else(|| self.disputes.get(id).map(Dispute::json))
            .or_else(|| self.movements.get(id).map(Movement::json))
            .or_else(charge)
    }

    /// The intent's name where a charge's was given.
    pub fn payment_name(&self, name: &str) -> String {
        self.charges.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    fn session_mut(&mut self, id: &str) -> Done<&mut Session> {
        self.sessions.get_mut(id).ok_or_else(|| Refusal::missing(id))
    }

    /// The payment of an open page, made when something is first tried on it.
    fn intent_of(&mut self, session: &str) -> Done<String> {
        self.pass();
        let of = self.sessions.get(session).ok_or_else(|| Refusal::missing(session))?.clone();
        if of.status != "open" {
            return Err(Refusal::state("session_not_open", format!("{session} is {}", of.status)));
        }
        if let Some(intent) = of.intent {
            return Ok(intent);
        }
        let payment = Payment {
            id: self.name("pi"),
            charge: self.name("ch"),
            session: of.id.clone(),
            created: self.now,
            amount: of.amount,
            currency: of.currency,
            description: of.description,
            metadata: of.payment_metadata,
            status: "requires_payment_method",
            error: None,
            paid_at: None,
            refunded: 0,
            disputed: false,
            refunds: Vec::new(),
            disputes: Vec::new(),
            live: of.live,
        };
        let id = payment.id.clone();
        self.charges.insert(payment.charge.clone(), id.clone());
        self.payments.insert(id.clone(), payment);
        self.session_mut(session)?.intent = Some(id.clone());
        Ok(id)
    }

    fn received(&mut self, payment: &str) -> Done<()> {
        let of = self.payments.get(payment).ok_or_else(|| Refusal::missing(payment))?.clone();
        self.moves(of.amount, &of.currency, "charge", &of.charge);
        self.tell("charge.succeeded", &of.charge)?;
        self.tell("payment_intent.succeeded", payment)
    }

    fn withdrawn(&mut self, dispute: &str) -> Done<()> {
        let it = self.disputes.get(dispute).ok_or_else(|| Refusal::missing(dispute))?.clone();
        self.moves(-it.amount, &it.currency, "adjustment", dispute);
        self.tell("charge.dispute.funds_withdrawn", dispute)
    }

    fn moves(&mut self, amount: i64, currency: &str, kind: &'static str, source: &str) {
        let (id, created) = (self.name("txn"), self.now);
        let movement =
            Movement { id: id.clone(), created, amount, currency: currency.to_owned(), kind, source: source.to_owned() };
        self.movements.insert(id, movement);
    }

    /// Writes an event with the object as it is now: later changes do not reach it.
    fn tell(&mut self, kind: &str, id: &str) -> Done<()> {
        let mut object = self.object(id).ok_or_else(|| Refusal::missing(id))?;
        if object["object"] == "charge" && self.api_version.as_str() < "2022-11-15" {
            let payment = self.payments.get(&self.payment_name(id)).ok_or_else(|| Refusal::missing(id))?;
            let refunds = payment.refunds.iter().filter_map(|r| self.object(r)).collect();
            object = payment.charge_json(Some(refunds));
        }
        let live = object["livemode"].as_bool().unwrap_or_else(|| {
            let payment = object["payment_intent"].as_str().and_then(|p| self.payments.get(p));
            payment.is_some_and(|p| p.live)
        });
        let event = self.name("evt");
        let body = json!({
            "id": event, "object": "event", "api_version": self.api_version, "created": self.now, "data": { "object": object },
            "livemode": live, "pending_webhooks": 1, "request": { "id": null, "idempotency_key": null }, "type": kind,
        });
        let event = StripeEvent { id: event, kind: kind.to_owned(), body: body.to_string() };
        self.events.push(event.clone());
        self.outbox.push(event);
        Ok(())
    }
}

/// Stripe's rules for a sum.
fn payable(amount: i64, currency: &str) -> Done<()> {
    if currency.len() != 3 || currency.bytes().any(|b| !b.is_ascii_lowercase()) {
        return Err(Refusal::invalid("currency", format!("Invalid currency: {currency}")));
    }
    let least = if currency == "eur" { 50 } else { 1 };
    if !(least..=99_999_999).contains(&amount) {
        return Err(Refusal::invalid("unit_amount", format!("{amount} {currency} is too little or too much")));
    }
    match currency {
        "isk" | "ugx" if amount % 100 != 0 => Err(Refusal::invalid("unit_amount", "isk must be divisible by 100")),
        "kwd" | "bhd" | "jod" | "omr" | "tnd" if amount % 10 != 0 => {
            Err(Refusal::invalid("unit_amount", "three-decimal currencies must be divisible by 10"))
        }
        _ => Ok(()),
    }
}

pub fn metadata(given: &Value) -> Done<Map<String, Value>> {
    let map = form::texts(given);
    let long = |v: &Value| v.as_str().is_none_or(|t| t.chars().count() > 500);
    if map.len() > 50 || map.iter().any(|(key, value)| key.len() > 40 || long(value)) {
        return Err(Refusal::invalid("metadata", "at most 50 keys of 40 letters with values of 500"));
    }
    Ok(map)
}
