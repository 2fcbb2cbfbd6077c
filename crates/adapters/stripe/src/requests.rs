//! What Stripe is asked, in the typed requests of `async-stripe`.

use std::collections::HashMap;

use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAdaptivePricing, CreateCheckoutSessionLineItems,
    CreateCheckoutSessionLineItemsPriceData, CreateCheckoutSessionPaymentIntentData, ProductData, RetrieveCheckoutSession,
};
use stripe_client_core::{RequestBuilder, StripeRequest};
use stripe_core::{
    balance_transaction::ListBalanceTransaction,
    dispute::ListDispute,
    refund::{CreateRefund, ListRefund},
};
use stripe_shared::{CheckoutSessionLocale, CheckoutSessionMode};
use stripe_types::{Currency, RangeBoundsTs, RangeQueryTs};
use vitrina::{
    kernel::Moment,
    payments::{Refund, Start},
};

use crate::{
    amount::to_stripe,
    objects::{ATTEMPT, NUMBER, ORDER, REFUND},
};

/// A page lives at least half an hour at Stripe; five minutes more, because the half hour counts
/// from when the request arrives, and that may be the second or third.
pub const SHORTEST_MINUTES: i64 = 35;
const LONGEST_MINUTES: i64 = 24 * 60;

/// As many letters of a title as Stripe surely takes.
const TITLE: usize = 250;
const PAGE: i64 = 100;

/// The request for a page and its idempotency key.
///
/// # Errors
/// Why there can be no page for this sum.
pub fn start(start: &Start) -> Result<(RequestBuilder, String), String> {
    let amount = to_stripe(start.amount)?;
    if amount <= 0 {
        return Err(format!("there is nothing to pay: {}", start.amount.amount_text()));
    }
    let metadata: HashMap<String, String> =
        [(ATTEMPT, start.attempt.to_string()), (ORDER, start.order.to_string()), (NUMBER, start.number.clone())]
            .map(|(key, value)| (key.to_owned(), value))
            .into();
    let title: String = start.title.chars().take(TITLE).collect();
    let title = Some(title.trim()).filter(|t| !t.is_empty()).unwrap_or(&start.number);
    let mut price = CreateCheckoutSessionLineItemsPriceData::new(currency(start));
    price.unit_amount = Some(amount);
    price.product_data = Some(ProductData::new(title));
    let mut line = CreateCheckoutSessionLineItems::new();
    line.quantity = Some(1);
    line.price_data = Some(price);
    let mut payment = CreateCheckoutSessionPaymentIntentData::new();
    payment.description = Some(start.number.clone());
    payment.metadata = Some(metadata.clone());
    // Stripe would show the sum in the customer's currency, and the customer would pay another one.
    let mut pricing = CreateCheckoutSessionAdaptivePricing::new();
    pricing.enabled = Some(false);
    let mut request = CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Payment)
        .adaptive_pricing(pricing)
        .client_reference_id(start.attempt.to_string())
        .line_items(vec![line])
        .payment_intent_data(payment)
        .metadata(metadata)
        .success_url(start.success_url.as_str())
        .cancel_url(start.cancel_url.as_str())
        .expires_at(closes(start))
        .locale(locale(start));
    if !start.email.is_empty() {
        request = request.customer_email(start.email.as_str());
    }
    let key = format!("attempt:{}:amount:{}:{}", start.attempt, start.amount.minor, start.amount.currency);
    Ok((in_order(request.build()), key))
}

/// The same request in the same words each time: metadata is a hash map, whose order is chance, and
/// a key that comes with other words is refused.
fn in_order(mut request: RequestBuilder) -> RequestBuilder {
    if let Some(body) = &mut request.body {
        let mut pairs: Vec<&str> = body.split('&').collect();
        pairs.sort_unstable();
        *body = pairs.join("&");
    }
    request
}

/// Seconds; see the crate's promise.
fn closes(start: &Start) -> i64 {
    let asked = start.expires_at.0 / 1000;
    // An attempt's id is drawn at its moment. One that is not is taken as it comes.
    let Some(begun) = start.attempt.get_timestamp().and_then(|t| i64::try_from(t.to_unix().0).ok()) else { return asked };
    asked.clamp(begun + SHORTEST_MINUTES * 60, begun + LONGEST_MINUTES * 60)
}

fn currency(start: &Start) -> Currency {
    let Ok(currency) = start.amount.currency.as_str().to_lowercase().parse();
    currency
}

fn locale(start: &Start) -> CheckoutSessionLocale {
    let Ok(known) = start.locale.as_str().parse();
    if matches!(known, CheckoutSessionLocale::Unknown(_)) { CheckoutSessionLocale::Auto } else { known }
}

/// # Errors
/// When this is no name of a session: it becomes part of an address.
pub fn session(id: &str) -> Result<RequestBuilder, String> {
    if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(format!("{id:?} is no session"));
    }
    Ok(RetrieveCheckoutSession::new(id).expand(["payment_intent.latest_charge".to_owned()]).build())
}

/// The request for a refund and its idempotency key.
///
/// # Errors
/// Why there can be no such refund.
pub fn refund(refund: &Refund) -> Result<(RequestBuilder, String), String> {
    let amount = to_stripe(refund.amount)?;
    if amount <= 0 {
        return Err(format!("there is nothing to send back: {}", refund.amount.amount_text()));
    }
    let request = CreateRefund::new().amount(amount).metadata([(REFUND.to_owned(), refund.id.to_string())]);
    let request = match is_charge(&refund.payment) {
        true => request.charge(refund.payment.as_str()),
        false => request.payment_intent(refund.payment.as_str()),
    };
    Ok((in_order(request.build()), format!("refund:{}", refund.id)))
}

pub fn refunds(payment: &str, after: Option<String>) -> RequestBuilder {
    let mut request = ListRefund::new().limit(PAGE);
    request = if is_charge(payment) { request.charge(payment) } else { request.payment_intent(payment) };
    if let Some(after) = after {
        request = request.starting_after(after);
    }
    request.build()
}

pub fn disputes(payment: &str, after: Option<String>) -> RequestBuilder {
    let mut request = ListDispute::new().limit(PAGE);
    request = if is_charge(payment) { request.charge(payment) } else { request.payment_intent(payment) };
    if let Some(after) = after {
        request = request.starting_after(after);
    }
    request.build()
}

pub fn movements(since: Moment, after: Option<&str>) -> RequestBuilder {
    let created = RangeQueryTs::Bounds(RangeBoundsTs { gte: Some(since.0.div_euclid(1000)), ..Default::default() });
    let mut request = ListBalanceTransaction::new().limit(PAGE).created(created).expand(["data.source".to_owned()]);
    if let Some(after) = after {
        request = request.starting_after(after);
    }
    request.build()
}

/// A payment is named by its charge only where it has no intent.
fn is_charge(payment: &str) -> bool {
    payment.starts_with("ch_") || payment.starts_with("py_")
}
