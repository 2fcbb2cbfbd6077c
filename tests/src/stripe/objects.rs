//! Stripe's objects as this stand-in keeps them, and their JSON as Stripe writes it: hand-written
//! after the public reference, the fields that this shop could meet.

use serde_json::{Map, Value, json};

/// A refusal in Stripe's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub kind: &'static str,
    pub code: Option<&'static str>,
    pub message: String,
    /// Refused before the work began: Stripe keeps no answer for the idempotency key.
    pub early: bool,
}

impl Refusal {
    pub(super) fn invalid(param: &str, message: impl std::fmt::Display) -> Self {
        let message = if param.is_empty() { message.to_string() } else { format!("{param}: {message}") };
        Self { status: 400, kind: "invalid_request_error", code: Some("parameter_invalid"), message, early: true }
    }
    pub(super) fn missing(what: &str) -> Self {
        let message = format!("No such object: '{what}'");
        Self { status: 404, kind: "invalid_request_error", code: Some("resource_missing"), message, early: true }
    }
    pub(super) fn state(code: &'static str, message: impl std::fmt::Display) -> Self {
        Self { status: 400, kind: "invalid_request_error", code: Some(code), message: message.to_string(), early: false }
    }
    pub(super) fn json(&self) -> Value {
        json!({ "error": { "type": self.kind, "code": self.code, "message": self.message, "doc_url": "https://stripe.com/docs/error-codes" } })
    }
}

#[derive(Clone, Debug)]
pub struct Session {
    pub id: String,
    pub created: i64,
    pub expires_at: i64,
    pub amount: i64,
    pub currency: String,
    pub title: String,
    pub description: Option<String>,
    pub metadata: Map<String, Value>,
    pub payment_metadata: Map<String, Value>,
    pub client_reference_id: Option<String>,
    pub email: Option<String>,
    pub locale: Option<String>,
    pub success_url: String,
    pub cancel_url: Option<String>,
    pub status: &'static str,
    pub payment_status: &'static str,
    pub intent: Option<String>,
    pub live: bool,
}

/// A PaymentIntent with its one charge.
#[derive(Clone, Debug)]
pub struct Payment {
    pub id: String,
    pub charge: String,
    pub session: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub description: Option<String>,
    pub metadata: Map<String, Value>,
    pub status: &'static str,
    pub error: Option<&'static str>,
    pub paid_at: Option<i64>,
    pub refunded: i64,
    pub disputed: bool,
    pub refunds: Vec<String>,
    pub disputes: Vec<String>,
    pub live: bool,
}

#[derive(Clone, Debug)]
pub struct Refund {
    pub id: String,
    pub payment: String,
    pub charge: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub metadata: Map<String, Value>,
    pub status: &'static str,
}

#[derive(Clone, Debug)]
pub struct Dispute {
    pub id: String,
    pub payment: String,
    pub charge: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub status: &'static str,
    pub live: bool,
}

/// A row of the balance: how much the account has more or less, and because of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    pub id: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub kind: &'static str,
    pub source: String,
}

impl Session {
    pub fn json(&self, base: &str) -> Value {
        let url = (self.status == "open").then(|| format!("{base}/pay/{}", self.id));
        json!({
            "id": self.id, "object": "checkout.session", "adaptive_pricing": { "enabled": false }, "after_expiration": null,
            "allow_promotion_codes": null, "amount_subtotal": self.amount, "amount_total": self.amount,
            "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
            "billing_address_collection": null, "cancel_url": self.cancel_url, "client_reference_id": self.client_reference_id,
            "client_secret": null, "consent": null, "consent_collection": null, "created": self.created,
            "currency": self.currency, "currency_conversion": null, "custom_fields": [],
            "custom_text": { "after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null },
            "customer": null, "customer_creation": "if_required",
            "customer_details": { "address": null, "email": self.email, "name": null, "phone": null, "tax_exempt": "none", "tax_ids": null },
            "customer_email": self.email, "discounts": [], "expires_at": self.expires_at, "invoice": null, "invoice_creation": null,
            "livemode": self.live, "locale": self.locale, "metadata": self.metadata, "mode": "payment",
            "payment_intent": self.intent, "payment_link": null, "payment_method_collection": "if_required",
            "payment_method_options": {}, "payment_method_types": ["card", "sepa_debit"], "payment_status": self.payment_status,
            "phone_number_collection": { "enabled": false }, "recovered_from": null, "setup_intent": null,
            "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [], "status": self.status,
            "submit_type": null, "subscription": null, "success_url": self.success_url,
            "total_details": { "amount_discount": 0, "amount_shipping": 0, "amount_tax": 0 }, "ui_mode": null, "url": url,
        })
    }
}

impl Payment {
    pub fn json(&self) -> Value {
        let received = if self.paid_at.is_some() { self.amount } else { 0 };
        let error = self.error.map(|code| json!({ "type": "card_error", "code": code, "message": "The payment was declined." }));
        json!({
            "id": self.id, "object": "payment_intent", "amount": self.amount, "amount_capturable": 0, "amount_received": received,
            "application": null, "application_fee_amount": null, "automatic_payment_methods": null,
            "canceled_at": null, "cancellation_reason": null, "capture_method": "automatic", "client_secret": null,
            "confirmation_method": "automatic", "created": self.created, "currency": self.currency, "customer": null,
            "description": self.description, "last_payment_error": error, "latest_charge": self.charge, "livemode": self.live,
            "metadata": self.metadata, "next_action": null, "payment_method": null, "payment_method_types": ["card", "sepa_debit"],
            "processing": null, "receipt_email": null, "status": self.status, "transfer_group": null,
        })
    }

    /// `refunds` come along for versions of the API that wrote them into the charge.
    pub fn charge_json(&self, refunds: Option<Vec<Value>>) -> Value {
        let status = match self.status {
            "succeeded" => "succeeded",
            "processing" => "pending",
            _ => "failed",
        };
        let mut charge = json!({
            "id": self.charge, "object": "charge", "amount": self.amount,
            "amount_captured": if self.paid_at.is_some() { self.amount } else { 0 }, "amount_refunded": self.refunded,
            "application": null, "balance_transaction": null, "captured": self.paid_at.is_some(),
            "created": self.paid_at.unwrap_or(self.created), "currency": self.currency, "customer": null,
            "description": self.description, "disputed": self.disputed, "failure_code": self.error, "failure_message": null,
            "fraud_details": {}, "livemode": self.live, "metadata": self.metadata, "paid": self.paid_at.is_some(),
            "payment_intent": self.id, "payment_method": null, "receipt_email": null, "receipt_url": null,
            "refunded": self.refunded == self.amount, "status": status, "transfer_group": null,
        });
        if let Some(refunds) = refunds {
            charge["refunds"] = json!({ "object": "list", "data": refunds, "has_more": false, "url": format!("/v1/charges/{}/refunds", self.charge) });
        }
        charge
    }
}

impl Refund {
    pub fn json(&self) -> Value {
        json!({
            "id": self.id, "object": "refund", "amount": self.amount, "balance_transaction": null, "charge": self.charge,
            "created": self.created, "currency": self.currency, "metadata": self.metadata, "payment_intent": self.payment,
            "reason": null, "receipt_number": null, "source_transfer_reversal": null, "status": self.status, "transfer_reversal": null,
        })
    }
}

impl Dispute {
    pub fn json(&self) -> Value {
        json!({
            "id": self.id, "object": "dispute", "amount": self.amount, "balance_transactions": [], "charge": self.charge,
            "created": self.created, "currency": self.currency, "evidence_details": { "due_by": self.created + 7 * 86_400, "has_evidence": false, "past_due": false, "submission_count": 0 },
            "is_charge_refundable": false, "livemode": self.live, "metadata": {}, "payment_intent": self.payment,
            "reason": "general", "status": self.status,
        })
    }
}

impl Movement {
    pub fn json(&self) -> Value {
        json!({
            "id": self.id, "object": "balance_transaction", "amount": self.amount, "available_on": self.created, "created": self.created,
            "currency": self.currency, "description": null, "exchange_rate": null, "fee": 0, "fee_details": [], "net": self.amount,
            "reporting_category": self.kind, "source": self.source, "status": "available", "type": self.kind,
        })
    }
}
