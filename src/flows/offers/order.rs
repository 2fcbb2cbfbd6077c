//! From an accepted offer to its order.

use serde_json::json;

use crate::{
    catalog, channels, contracts,
    crm::{self, Touch},
    flows::{
        documents::Deposit as Asked,
        steps::{
            issuing, leaving,
            offering::{self, Settlement},
            settling,
        },
    },
    kernel::{Actor, App, CategoryId, DiscountId, Fault, Money, OfferId, OrderId, Origin, ProductId, Right, Tx, journal},
    mail::{self, NewLetter},
    offers::{self, Buyer, Consent, Deposit, Drawn, Offer, Step, Version},
    promotions::Taken,
    sales::{self, DeliveryKind, NewOrder, Payment, Placed},
    showcase,
    stock::{self, Places},
    tax::{self, Treatment},
};

/// What a yes led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Nothing while the stock would not bear it.
    pub order: Option<OrderId>,
    /// Opens the order's page.
    pub link: Option<String>,
    /// It will be paid at a provider's page.
    pub waits: bool,
}

/// An offer that was accepted before.
pub(super) async fn before(tx: &Tx, offer: &Offer) -> Result<Accepted, Fault> {
    let placed = match offer.order {
        Some(order) => Some(sales::placed(tx, order).await?),
        None => None,
    };
    Ok(Accepted { order: offer.order, link: placed.map(|p| p.token), waits: false })
}

/// The buyer with what the acceptance added: a delivery needs an address, and its country stays as offered.
///
/// # Faults
/// `form.missing` for each field that a delivery needs.
pub(super) fn completed(drawn: &Drawn, consent: &Consent) -> Result<Buyer, Fault> {
    let mut buyer = drawn.buyer.clone();
    let said = [
        (&mut buyer.street, &consent.street),
        (&mut buyer.city, &consent.city),
        (&mut buyer.postcode, &consent.postcode),
        (&mut buyer.phone, &consent.phone),
    ];
    for (known, typed) in said {
        if !typed.is_empty() {
            known.clone_from(typed);
        }
    }
    if !fetched(drawn) {
        offering::address(&buyer).complete()?;
    }
    Ok(buyer)
}

/// The customer comes for it.
fn fetched(drawn: &Drawn) -> bool {
    drawn.delivery.as_ref().is_some_and(|d| d.kind == DeliveryKind::Pickup.as_str())
}

/// Everything that an order of an offer is made of.
pub(super) struct Deal<'a> {
    pub offer: &'a Offer,
    pub version: &'a Version,
    pub settlement: Settlement,
    pub buyer: Buyer,
    pub payment: &'a str,
    pub button_label: &'a str,
    /// Where it was said: on the page, or to somebody of the office.
    pub origin: Origin,
}

/// Places the order; `None` when the stock would not bear it, and nothing was written then.
pub(super) async fn place(tx: &Tx, deal: Deal<'_>) -> Result<Option<Placed>, Fault> {
    let Deal { offer, version, settlement, buyer, payment, button_label, origin } = deal;
    let (drawn, app) = (&version.drawn, tx.app());
    let channel = channels::by_id(tx, offer.channel).await?;
    let settled = settlement.settled;
    let order = OrderId::new(tx);
    let wanted = leaving::wanted(&settled.lines);
    if !wanted.is_empty() {
        let Some(taken) = stock::take_if_there(tx, Places::Only(&channel.locations), &wanted, order).await? else {
            return Ok(None);
        };
        let shifts: Vec<_> = taken.iter().filter_map(|t| t.shift).map(|s| s.variant).collect();
        showcase::project_variants(tx, &shifts).await?;
    }
    let products: Vec<ProductId> = settled.lines.iter().filter(|l| l.of_catalogue()).map(|l| l.product).collect();
    let (number, party) = (offer.number.clone().unwrap_or_default(), offer.party);
    let ways = super::super::checkout::ways(app);
    let payment = payment.parse().ok().filter(|p| ways.contains(p)).unwrap_or(Payment::BankTransfer);
    let off: i64 = settled.lines.iter().filter_map(|l| l.discount).map(|d| d.minor).sum();
    let zero = Money::zero(drawn.currency);
    let (contact, total) = (offering::contact(&buyer), settled.totals.gross);
    let waits = payment == Payment::Card && !total.is_zero();
    let new = NewOrder {
        id: order,
        channel: offer.channel,
        party,
        locale: drawn.locale,
        // The order says what came off by the offer's number, as it does by a code.
        discount: (off > 0).then(|| Taken {
            discount: DiscountId(uuid::Uuid::nil()),
            code: number.clone(),
            total: Money { minor: off, ..zero },
            shares: Vec::new(),
            free_delivery: false,
        }),
        tax_country: if fetched(drawn) { drawn.facts.seller.clone() } else { drawn.facts.destination.clone() },
        buyer_vat: drawn.facts.relied().filter(|_| settled.treatment == Treatment::IntraEu),
        delivery: settled.delivery.ok_or(sales::Fault::NoDelivery)?,
        treatment: settled.treatment,
        tax: settled.tax,
        lines: settled.lines,
        totals: settled.totals,
        payment,
        contact: contact.clone(),
        address: offering::address(&buyer),
        origin,
        button_label: button_label.to_owned(),
    };
    let placed = sales::place(tx, new).await?;
    deposit(tx, drawn, &placed).await?;
    offers::step(tx, offer, Step::Order, "").await?;
    offers::ordered(tx, offer.id, order).await?;
    contracts::ordered(tx, offer.id, order).await?;
    let categories = categories(tx, &products).await?;
    let order_number = placed.number.clone();
    crm::record(
        tx,
        match waits {
            true => Touch::OrderAwaitsPayment { order, party, number: order_number, total, categories, origin },
            false => Touch::OrderPlaced { order, party, number: order_number, total, categories, origin },
        },
    )
    .await?;
    let data = json!({ "number": placed.number, "gross": total.minor, "offer": offer.id });
    journal::note(tx, "sales.order.placed", Some(order.uuid()), data).await?;
    if !waits {
        let letter = NewLetter {
            template: "order_placed",
            to: contact.email,
            to_name: contact.name,
            locale: drawn.locale,
            party: Some(party),
            subject: Some(order.uuid()),
            data: json!({ "order": order }),
        };
        mail::queue(tx, letter).await?;
    }
    if let Some(sum) = asked(drawn, &placed)? {
        issuing::prepayment_by_itself(tx, order, sum).await?;
    }
    Ok(Some(placed))
}

/// What is asked for before the shop begins, where that is less than all of it.
fn asked(drawn: &Drawn, placed: &Placed) -> Result<Option<Money>, Fault> {
    let whole = placed.total;
    let of = match drawn.deposit {
        Some(Deposit::Percent(rate)) => Asked::Percent(rate),
        // A sum that was meant for more goods than were taken is all of it.
        Some(Deposit::Sum(minor)) => Asked::Sum(Money { minor: minor.min(whole.minor), ..whole }),
        None => return Ok(None),
    };
    if whole.is_zero() { Ok(None) } else { of.of(whole).map(Some) }
}

async fn deposit(tx: &Tx, drawn: &Drawn, placed: &Placed) -> Result<(), Fault> {
    let Some(sum) = asked(drawn, placed)?.filter(|sum| sum.minor < placed.total.minor) else { return Ok(()) };
    sales::set_deposit(tx, placed.id, Some(sum.minor)).await?;
    settling::follow(tx, placed.id, None).await?;
    Ok(())
}

async fn categories(tx: &Tx, products: &[ProductId]) -> Result<Vec<CategoryId>, Fault> {
    let mut all = Vec::new();
    for product in products.iter().take(20) {
        all.extend(catalog::categories_of(tx, *product).await?);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Places the order of an offer that was accepted when the stock would not bear it.
///
/// # Faults
/// `access.forbidden`, `offers.no_offer`, `offers.wrong_state`; `stock.out_of_stock` while it still would not.
pub async fn order(app: &App, actor: &Actor, id: OfferId) -> Result<OrderId, Fault> {
    let scope = actor.scope(Right::OffersWrite)?;
    let tx = app.begin(actor).await?;
    let offer = offers::lock(&tx, &scope, id).await?;
    offer.state.after(Step::Order)?;
    let accepted = offers::acceptance(&tx, id).await?.ok_or(offers::Fault::NoOffer)?;
    let version = offers::version(&tx, id, accepted.version).await?;
    let settlement = offering::settle(&version.drawn, &accepted.choice, &tax::rates(&tx).await?)?;
    let deal = Deal {
        offer: &offer,
        version: &version,
        settlement,
        buyer: accepted.buyer,
        payment: &accepted.payment,
        button_label: "",
        origin: Origin::Office,
    };
    let placed = place(&tx, deal).await?.ok_or_else(|| Fault::conflict("offers.out_of_stock"))?;
    journal::note(&tx, "offers.ordered", Some(id.uuid()), json!({ "order": placed.id })).await?;
    tx.commit().await?;
    Ok(placed.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_alone_place_what_waits() {
        assert!(Actor::Guest.scope(Right::OffersWrite).is_err());
    }
}
