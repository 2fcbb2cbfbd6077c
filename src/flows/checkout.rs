//! From a cart to an order, with everything that an order means, in one commit.

use serde_json::json;

use super::steps::leaving;
use crate::{
    channels::Channel,
    crm::{self, OfferEvent, Touch},
    desk::{self, Meant},
    kernel::{
        Actor, App, CategoryId, Fault, Locale, Money, OrderId, Origin, Right, Tx, VariantId,
        idempotency::{self, Seen},
        journal, token as tokens,
    },
    mail::{self, NewLetter},
    offers,
    parties::{self, Resolved},
    promotions::{self, Taken, Who},
    sales::{
        self, Address, CartKey, CartLine, Claim, Contact, DeliveryKind, Item, Load, MethodId, NewOrder, Payment, Placed, Settled,
        Tariffs,
    },
    showcase::{self, Channelled, Line},
    stock::{self, Places},
    tax::{self, Treatment, VatCode},
};

/// The first step: who, and where to.
///
/// # Faults
/// `form.missing`, `form.email`, `form.malformed` by field, all at once; `sales.cart_gone`.
pub async fn save_contact(app: &App, actor: &Actor, token: &str, contact: Contact, address: Address) -> Result<(), Fault> {
    let tx = app.begin(actor).await?;
    sales::save_contact(&tx, &CartKey::of(token), contact, address).await?;
    tx.commit().await
}

/// The second step: how it comes.
///
/// # Faults
/// `sales.cart_gone`.
pub async fn save_delivery(app: &App, actor: &Actor, token: &str, method: MethodId) -> Result<(), Fault> {
    let tx = app.begin(actor).await?;
    sales::save_delivery(&tx, &CartKey::of(token), method).await?;
    tx.commit().await
}

/// The third step: how it is paid.
///
/// # Faults
/// `sales.cart_gone`.
pub async fn save_payment(app: &App, actor: &Actor, token: &str, payment: Payment) -> Result<(), Fault> {
    let tx = app.begin(actor).await?;
    sales::save_payment(&tx, &CartKey::of(token), payment).await?;
    tx.commit().await
}

/// What the customer agreed to by pressing the button.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// The sum that stood above the button; another one now is a fault and nothing is written.
    /// `None` only for clients that show the sum from the answer.
    pub seen: Option<Money>,
    /// The words on the button, which have to say that ordering means paying.
    pub button_label: String,
    pub locale: Locale,
    pub origin: Origin,
    /// A program's own key for this request: the same key with another agreement is its mistake.
    pub key: Option<String>,
}

impl Agreement {
    /// What the same request says again.
    fn body(&self) -> String {
        json!([self.seen, self.button_label, self.locale]).to_string()
    }
}

/// The ways to pay that this shop offers: cards where a provider is set up, transfer always.
pub fn ways(app: &App) -> Vec<Payment> {
    let card = app.try_port::<dyn crate::payments::Gateway>().map(|_| Payment::Card);
    card.into_iter().chain([Payment::BankTransfer]).collect()
}

/// The last step. The cart is the key: it becomes one order, and whoever sends it again, even
/// at the same moment, is answered with that order.
///
/// # Faults
/// `sales.price_changed` with the new sum, `sales.line_gone`, `stock.out_of_stock`,
/// `sales.no_delivery`, `form.missing` by field, `sales.cart_empty`, `sales.cart_gone`,
/// `promotions.*` for a code that does not hold, `request.key_reused`: nothing is written.
pub async fn place(app: &App, actor: &Actor, channel: &Channel, token: &str, agreed: Agreement) -> Result<Placed, Fault> {
    if agreed.button_label.trim().is_empty() {
        return Err(sales::Fault::Missing { field: "button_label" }.into());
    }
    let tx = app.begin(actor).await?;
    let key = CartKey::of(token);
    if let Some(own) = &agreed.key {
        // The cart guards against a second order; the key only against another agreement. Within
        // the cart, since guests who draw the same key are not the same guest.
        let within = tokens::hash(&format!("{token}\n{own}"));
        if idempotency::once(&tx, "order", &within, &agreed.body()).await? == Seen::New {
            idempotency::remember(&tx, "order", &within, &json!(null)).await?;
        }
    }
    let order = OrderId::new(&tx);
    let Some(claim) = sales::claim(&tx, &key, order).await? else {
        let before = sales::ordered_as(&tx, &key).await?.ok_or(sales::Fault::CartGone)?;
        let placed = sales::placed(&tx, before).await?;
        // The order may be a moment old and on its way to the disk together with this.
        tx.commit().await?;
        return Ok(placed);
    };
    if claim.channel != channel.id {
        return Err(sales::Fault::CartGone.into());
    }
    let bag = pack(&tx, channel, &claim, &agreed).await?;
    sales::as_seen(&bag.settled, agreed.seen)?;
    let typed = bag.contact.clone();
    let resolved = parties::resolve(&tx, person(typed, agreed.locale), agreed.origin).await?;
    let party = resolved.party;
    take(&tx, channel, &bag.settled.lines, order).await?;
    let discount = bag.discount.clone();
    let who = Who { party: Some(party), email: Some(bag.contact.email.clone()) };
    let new = NewOrder {
        id: order,
        channel: channel.id,
        party,
        locale: agreed.locale,
        lines: bag.settled.lines,
        totals: bag.settled.totals,
        delivery: bag.settled.delivery.ok_or(sales::Fault::NoDelivery)?,
        treatment: bag.settled.treatment,
        tax: bag.settled.tax,
        tax_country: bag.tax_country,
        buyer_vat: bag.buyer_vat,
        payment: claim.draft.payment.filter(|p| ways(app).contains(p)).unwrap_or(Payment::BankTransfer),
        contact: bag.contact.clone(),
        address: bag.address,
        origin: agreed.origin,
        discount: bag.discount,
        button_label: agreed.button_label,
    };
    // An order for nothing is not paid anywhere.
    let waits = new.payment == Payment::Card && !new.totals.gross.is_zero();
    let placed = sales::place(&tx, new).await?;
    let (number, total, categories, origin) = (placed.number.clone(), placed.total, bag.categories, agreed.origin);
    // Whoever goes to pay at a provider is written down now, and worked on once the money is there.
    crm::record(
        &tx,
        match waits {
            true => Touch::OrderAwaitsPayment { order, party, number, total, categories, origin },
            false => Touch::OrderPlaced { order, party, number, total, categories, origin },
        },
    )
    .await?;
    if let Some(meant) = bag.meant {
        by_link(&tx, meant, (&resolved, &bag.contact.email), &placed).await?;
    }
    let data = json!({ "number": placed.number, "gross": placed.total.minor, "offer": bag.meant.map(|m| m.offer) });
    journal::note(&tx, "sales.order.placed", Some(order.uuid()), data).await?;
    if !waits {
        let letter = NewLetter {
            template: "order_placed",
            to: bag.contact.email,
            to_name: bag.contact.name,
            locale: agreed.locale,
            party: Some(party),
            subject: Some(order.uuid()),
            data: json!({ "order": order }),
        };
        mail::queue(&tx, letter).await?;
    }
    // Last, since whoever else wants the same code waits here until this is through.
    if let Some(taken) = &discount {
        promotions::redeem(&tx, taken, order, &who).await?;
    }
    tx.commit().await?;
    Ok(placed)
}

/// The manager of the customer whose prices held learns of the order. The order itself stays with whoever
/// typed it, as every guest's does: the link proves nothing. Where what was typed is nothing of the
/// customer's, somebody else got the link, and the manager calls.
async fn by_link(tx: &Tx, meant: Meant, (buyer, typed): (&Resolved, &str), placed: &Placed) -> Result<(), Fault> {
    let known = parties::emails(tx, meant.party).await?;
    let likely = buyer.party == meant.party || buyer.likely == Some(meant.party);
    let theirs = likely || known.iter().any(|email| email.eq_ignore_ascii_case(typed.trim()));
    let offer = offers::offer(tx, &Actor::System.scope(Right::OffersRead)?, meant.offer).await?;
    let event = OfferEvent::LinkOrdered { order: placed.number.clone(), theirs };
    let number = offer.number.unwrap_or_default();
    crm::record(tx, Touch::Offer { offer: offer.id, party: meant.party, number, event }).await?;
    Ok(())
}

/// What is being ordered, frozen at this moment.
struct Bag {
    settled: Settled,
    categories: Vec<CategoryId>,
    tax_country: String,
    /// The number that a sale without VAT rests on.
    buyer_vat: Option<VatCode>,
    contact: Contact,
    address: Address,
    discount: Option<Taken>,
    /// Whose prices these are, where a link of an offer led here.
    meant: Option<Meant>,
}

async fn pack(tx: &Tx, channel: &Channel, claim: &Claim, agreed: &Agreement) -> Result<Bag, Fault> {
    let locale = agreed.locale;
    let contact = claim.draft.contact.clone().ok_or(sales::Fault::Missing { field: "name" })?;
    let address = claim.draft.address.clone().ok_or(sales::Fault::Missing { field: "country" })?;
    let chosen = claim.draft.delivery.ok_or(sales::Fault::NoDelivery)?;
    let items = sales::items(tx, claim.cart).await?;
    let customer = tx.actor().customer();
    let buyer = match customer {
        Some(party) => tax::buyer(tx, party).await?,
        None => tax::Buyer::default(),
    };
    // A link says whose prices hold and nothing else: neither who buys, nor how the sale is taxed.
    let meant = match claim.offer {
        Some(offer) => desk::meant_by_offer(tx, offer).await?,
        None => None,
    };
    let viewer = channel.viewer(locale, tx.now()).by(customer, buyer.net);
    let viewer = viewer.meant_for(meant.map(|m| m.party), meant.is_some_and(|m| m.net));
    let lines = frozen(sales::priced(tx, &items, &viewer).await?)?;
    let goods = lines.iter().try_fold(Money::zero(channel.currency), |sum, line| sum.checked_add(line.total_gross));
    let load = Load { country: address.country.clone(), grams: sales::grams(&items), goods: goods.ok_or(sales::Fault::Sum)? };
    let tariffs = Tariffs::read(tx).await?;
    let quotes = tariffs.quotes(&load, locale, &channel.country, tx.now())?;
    let mut delivery = quotes.into_iter().find(|q| q.method == chosen).ok_or(sales::Fault::NoDelivery)?;
    let (sale, relied) = sales::sale_of(&channel.country, Some(&address), Some(&delivery), (Some(&contact), &buyer), tx.now());
    let tax_country = sale.destination.to_owned();
    let who = Who { party: tx.actor().customer(), email: Some(contact.email.clone()) };
    let discount = match &claim.code {
        Some(code) => match promotions::weigh(tx, code, (&lines, channel.currency), &who, tx.now()).await? {
            Ok(taken) => Some(taken),
            Err(fault) => {
                // Who saw the sum without the code, and the reason, and pressed all the same, agreed to it.
                let without = sales::settle(lines.clone(), Some(delivery.clone()), &sale, tariffs.rates())?;
                if agreed.seen != Some(without.totals.gross) {
                    return Err(fault.into());
                }
                None
            }
        },
        None => None,
    };
    let lines = match &discount {
        Some(taken) => taken.off(lines),
        None => lines,
    };
    if discount.as_ref().is_some_and(|d| d.free_delivery) {
        delivery = delivery.for_nothing();
    }
    if delivery.kind != DeliveryKind::Pickup {
        address.complete()?;
    }
    let settled = sales::settle(lines, Some(delivery), &sale, tariffs.rates())?;
    let buyer_vat = relied.filter(|_| settled.treatment == Treatment::IntraEu);
    let meant = meant.filter(|_| customer.is_none());
    Ok(Bag { settled, categories: categories(&items), tax_country, buyer_vat, contact, address, discount, meant })
}

fn frozen(lines: Vec<CartLine>) -> Result<Vec<Line>, Fault> {
    let gone = |line: &CartLine| Fault::from(sales::Fault::LineGone { title: line.title.clone() });
    lines.into_iter().map(|line| line.line.clone().ok_or_else(|| gone(&line))).collect()
}

fn categories(items: &[Item]) -> Vec<CategoryId> {
    let mut all: Vec<CategoryId> = items.iter().filter_map(|i| i.category_id).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn person(typed: Contact, locale: Locale) -> parties::Contact {
    let given = |text: String| Some(text).filter(|t| !t.is_empty());
    parties::Contact {
        name: typed.name,
        email: given(typed.email),
        phone: given(typed.phone),
        company: given(typed.company),
        company_code: given(typed.company_code),
        vat_code: given(typed.vat_code),
        locale,
    }
}

/// Takes what is sold; where that changes what the window says of a product, the window is
/// rewritten in the same commit.
async fn take(tx: &Tx, channel: &Channel, lines: &[Line], order: OrderId) -> Result<(), Fault> {
    let wanted = leaving::wanted(lines);
    let taken = match stock::take_all(tx, Places::Only(&channel.locations), &wanted, order).await {
        Ok(taken) => taken,
        Err(fault) => return Err(named(fault, lines)),
    };
    let shifts: Vec<VariantId> = taken.iter().filter_map(|t| t.shift).map(|s| s.variant).collect();
    showcase::project_variants(tx, &shifts).await
}

/// The customer knows goods by their names.
fn named(mut fault: Fault, lines: &[Line]) -> Fault {
    let id = fault.args.iter().find(|(name, _)| *name == "variant").map(|(_, id)| id.clone());
    let parts = |line: &Line| line.configured.as_ref().map(|by| by.parts.clone()).unwrap_or_default();
    if let Some(id) = id {
        let own = lines.iter().find(|l| l.variant.to_string() == id).map(|l| l.title.clone());
        let part = lines.iter().flat_map(parts).find(|part| part.variant.to_string() == id).map(|part| part.title);
        fault.args.extend(own.or(part).map(|title| ("title", title)));
    }
    fault
}
