//! What customers do to a cart: each verb one short statement.

use crate::{
    configure,
    kernel::{
        CartId, CartLineId, ChannelId, Fault as Refusal, Locale, Moment, OfferId, OrderId, PartyId, Qty, Reads, Tx, VariantId,
        db, token,
    },
    showcase::{Configured, Line},
};

use super::{
    Draft, Fault,
    draft::{Address, Contact},
};

/// Different goods in one cart.
pub const MAX_LINES: i64 = 100;
/// Of one variant.
pub const MAX_QTY: Qty = Qty::pieces(9_999);
/// A cart nobody touched for so long is swept.
const KEPT_DAYS: i64 = 60;

/// A cart's token as the database knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartKey(String);

impl CartKey {
    pub fn of(token: &str) -> Self {
        Self(token::hash(token))
    }
    pub(super) fn text(&self) -> String {
        self.0.clone()
    }
}

#[derive(Clone, Debug)]
pub struct NewCart {
    pub key: CartKey,
    pub channel: ChannelId,
    pub locale: Locale,
    pub party: Option<PartyId>,
}

/// Plain goods are found by their variant.
impl From<VariantId> for CartLineId {
    fn from(variant: VariantId) -> Self {
        Self(variant.uuid())
    }
}

/// A configured line by what was chosen: choosing the same again adds to it.
fn line_of(variant: VariantId, chosen: &str) -> CartLineId {
    let hash = token::hash(&format!("{variant}\n{chosen}"));
    CartLineId(uuid::Uuid::from_u128(u128::from_str_radix(&hash[..32], 16).unwrap_or_default()))
}

/// What became of an addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    Done,
    /// The token names no open cart: the caller opens one and adds again.
    NoCart,
}

/// # Faults
/// Whatever the database says.
pub async fn open(tx: &Tx, new: NewCart) -> Result<CartId, Refusal> {
    let id = CartId::new(tx);
    let sql =
        "insert into cart (id, token_hash, channel_id, locale, party_id, created_at, touched_at) values ($1,$2,$3,$4,$5,$6,$6)";
    db::run(tx, sql, db::params![id, new.key.0, new.channel, new.locale, new.party, tx.now()]).await?;
    Ok(id)
}

/// Adds to what is already there of the variant, up to [`MAX_QTY`].
///
/// One statement on the way that everybody takes: cart, variant on sale, its price and room for
/// one more line are asked for by the insert itself; only when nothing was written is the reason
/// sought. The price is noted as the one the customer saw, so that a later look can say what changed.
///
/// # Faults
/// [`Fault::Quantity`], [`Fault::NoVariant`], [`Fault::CartFull`]; `configure.unchosen` for goods that
/// are made as they are configured.
pub async fn add(tx: &Tx, key: &CartKey, variant: VariantId, qty: Qty) -> Result<Put, Refusal> {
    allowed(qty)?;
    let sql = "insert into cart_item (cart_id, line_id, variant_id, product_id, qty_milli, seen_minor, added_at) \
        select c.id, v.id, v.id, v.product_id, $3, \
          (select p.amount_minor from price p join channel h on h.price_list_id = p.list_id \
           where h.id = c.channel_id and p.variant_id = v.id), $4 \
        from cart c join variant v on v.id = $2 and v.active \
        where c.token_hash = $1 and c.order_id is null \
          and exists (select 1 from card k where k.product_id = v.product_id and k.channel_id = c.channel_id) \
          and not exists (select 1 from configurator_in_force f where f.product_id = v.product_id) \
          and (select count(*) from cart_item i where i.cart_id = c.id and i.line_id <> v.id) < $5 \
        on conflict (cart_id, line_id) do update set qty_milli = \
          case when cart_item.qty_milli + excluded.qty_milli > $6 then $6 else cart_item.qty_milli + excluded.qty_milli end, \
          seen_minor = excluded.seen_minor, added_at = excluded.added_at";
    if db::run(tx, sql, db::params![key.text(), variant, qty, tx.now(), MAX_LINES, MAX_QTY]).await? == 1 {
        return Ok(Put::Done);
    }
    if db::scalar::<CartId>(tx, OPEN, db::params![key.text()]).await?.is_none() {
        return Ok(Put::NoCart);
    }
    let sql = "select f.product_id is not null from variant v join card k on k.product_id = v.product_id \
               left join configurator_in_force f on f.product_id = v.product_id where v.id = $1 and v.active limit 1";
    Err(match db::scalar::<bool>(tx, sql, db::params![variant]).await? {
        None => Fault::NoVariant.into(),
        Some(true) => configure::Fault::Unchosen.into(),
        Some(false) => Fault::CartFull { max: MAX_LINES }.into(),
    })
}

/// Adds a configured line. Its price is not kept but computed whenever somebody looks: the version
/// that it was added under tells what changed.
///
/// # Faults
/// [`Fault::Quantity`], [`Fault::CartFull`].
pub async fn add_configured(tx: &Tx, key: &CartKey, line: &Line, by: &Configured) -> Result<Put, Refusal> {
    allowed(line.qty)?;
    let Some(cart) = db::scalar::<CartId>(tx, OPEN, db::params![key.text()]).await? else { return Ok(Put::NoCart) };
    let chosen = serde_json::to_string(&by.quote.input)?;
    let sql = "insert into cart_item (cart_id, line_id, variant_id, product_id, qty_milli, added_at, configurator_id, chosen) \
        select $1, $2, $3, $4, $5, $6, $7, $8 where (select count(*) from cart_item i where i.cart_id = $1 and i.line_id <> $2) < $9 \
        on conflict (cart_id, line_id) do update set qty_milli = \
          case when cart_item.qty_milli + excluded.qty_milli > $10 then $10 else cart_item.qty_milli + excluded.qty_milli end, \
          configurator_id = excluded.configurator_id, added_at = excluded.added_at";
    let id = line_of(line.variant, &chosen);
    let params =
        db::params![cart, id, line.variant, line.product, line.qty, tx.now(), by.configurator, chosen, MAX_LINES, MAX_QTY];
    match db::run(tx, sql, params).await? {
        0 => Err(Fault::CartFull { max: MAX_LINES }.into()),
        _ => Ok(Put::Done),
    }
}

/// Sets a line's quantity; zero removes it.
///
/// # Faults
/// [`Fault::Quantity`]; [`Fault::CartGone`] when the line is not in an open cart.
pub async fn set(tx: &Tx, key: &CartKey, line: CartLineId, qty: Qty) -> Result<(), Refusal> {
    if qty == Qty::ZERO {
        return remove(tx, key, line).await;
    }
    allowed(qty)?;
    let sql = "update cart_item set qty_milli = $3 where line_id = $2 \
               and cart_id = (select id from cart where token_hash = $1 and order_id is null)";
    match db::run(tx, sql, db::params![key.text(), line, qty]).await? {
        0 => Err(Fault::CartGone.into()),
        _ => Ok(()),
    }
}

/// Takes a line out. What is not there any more is as good as removed.
///
/// # Faults
/// Whatever the database says.
pub async fn remove(tx: &Tx, key: &CartKey, line: CartLineId) -> Result<(), Refusal> {
    let sql = "delete from cart_item where line_id = $2 \
               and cart_id = (select id from cart where token_hash = $1 and order_id is null)";
    db::run(tx, sql, db::params![key.text(), line]).await?;
    Ok(())
}

/// Saves the first step of the checkout with the cart.
///
/// # Faults
/// What [`Contact::check`] and [`Address::check`] say, all at once; [`Fault::CartGone`].
pub async fn save_contact(tx: &Tx, key: &CartKey, contact: Contact, address: Address) -> Result<(), Refusal> {
    let (contact, address) = super::draft::checked(contact, address)?;
    let text = serde_json::json!({ "contact": contact, "address": address }).to_string();
    save(tx, key, "update cart set contact = $2, touched_at = $3 where token_hash = $1 and order_id is null", text).await
}

/// Saves the second step; whether the method fits is asked when the order is placed.
///
/// # Faults
/// [`Fault::CartGone`].
pub async fn save_delivery(tx: &Tx, key: &CartKey, method: super::MethodId) -> Result<(), Refusal> {
    let sql = "update cart set delivery = $2, touched_at = $3 where token_hash = $1 and order_id is null";
    save(tx, key, sql, method.to_string()).await
}

/// Saves how the customer means to pay.
///
/// # Faults
/// [`Fault::CartGone`].
pub async fn save_payment(tx: &Tx, key: &CartKey, payment: super::Payment) -> Result<(), Refusal> {
    let sql = "update cart set payment = $2, touched_at = $3 where token_hash = $1 and order_id is null";
    save(tx, key, sql, payment.as_str().to_owned()).await
}

/// The cart holds at the prices of whom this offer was made to, until then.
///
/// # Faults
/// [`Fault::CartGone`].
pub async fn save_offer(tx: &Tx, key: &CartKey, (offer, until): (OfferId, Moment)) -> Result<(), Refusal> {
    let sql = "update cart set offer_id = $2, offer_until = $3, touched_at = $4 where token_hash = $1 and order_id is null";
    match db::run(tx, sql, db::params![key.text(), offer, until, tx.now()]).await? {
        0 => Err(Fault::CartGone.into()),
        _ => Ok(()),
    }
}

/// The offer at whose customer's prices an open cart holds at that moment.
///
/// # Faults
/// Whatever the database says.
pub async fn offer_of(db: &impl Reads, key: &CartKey, at: Moment) -> Result<Option<OfferId>, Refusal> {
    let sql =
        "select offer_id from cart where token_hash = $1 and order_id is null and offer_id is not null and offer_until > $2";
    Ok(db::scalar(db, sql, db::params![key.text(), at]).await?)
}

/// Keeps a discount code with the cart, or none.
///
/// # Faults
/// [`Fault::CartGone`].
pub async fn save_code(tx: &Tx, key: &CartKey, code: Option<String>) -> Result<(), Refusal> {
    let sql = "update cart set discount_code = $2, touched_at = $3 where token_hash = $1 and order_id is null";
    match db::run(tx, sql, db::params![key.text(), code, tx.now()]).await? {
        0 => Err(Fault::CartGone.into()),
        _ => Ok(()),
    }
}

async fn save(tx: &Tx, key: &CartKey, sql: &str, text: String) -> Result<(), Refusal> {
    match db::run(tx, sql, db::params![key.text(), text, tx.now()]).await? {
        0 => Err(Fault::CartGone.into()),
        _ => Ok(()),
    }
}

/// What the checkout finds in a cart that it claimed.
#[derive(Debug)]
pub struct Claim {
    pub cart: CartId,
    pub channel: ChannelId,
    pub party: Option<PartyId>,
    pub draft: Draft,
    /// The discount code that the customer typed.
    pub code: Option<String>,
    /// The offer at whose customer's prices it holds.
    pub offer: Option<OfferId>,
}

/// The cart becomes this order, in the one statement that also reads its draft: of two that
/// send the same cart at once the second waits here and then finds it taken. `None` means taken
/// or never there; [`ordered_as`] tells which.
///
/// # Faults
/// Whatever the database says.
pub async fn claim(tx: &Tx, key: &CartKey, order: OrderId) -> Result<Option<Claim>, Refusal> {
    let sql = "update cart set order_id = $2, touched_at = $3 where token_hash = $1 and order_id is null \
               returning id, channel_id, party_id, contact, delivery, payment, discount_code, \
               case when offer_until > $3 then offer_id end";
    let Some(row) = db::row(tx, sql, db::params![key.text(), order, tx.now()]).await? else { return Ok(None) };
    let text = |index: usize| -> Result<Option<String>, sea_orm::DbErr> { row.try_get_by_index(index) };
    let (contact, delivery, payment) = (text(3)?, text(4)?, text(5)?);
    Ok(Some(Claim {
        cart: row.try_get_by_index(0)?,
        channel: row.try_get_by_index(1)?,
        party: row.try_get_by_index(2)?,
        draft: Draft::read(contact.as_deref(), delivery.as_deref(), payment.as_deref()),
        code: text(6)?,
        offer: row.try_get_by_index(7)?,
    }))
}

/// The order that a cart became.
///
/// # Faults
/// Whatever the database says.
pub async fn ordered_as(db: &impl Reads, key: &CartKey) -> Result<Option<OrderId>, Refusal> {
    let sql = "select order_id from cart where token_hash = $1 and order_id is not null";
    Ok(db::scalar(db, sql, db::params![key.text()]).await?)
}

/// Removes up to `most` carts that nobody touched for sixty days, and those ordered a week ago:
/// until then sending the checkout again finds its order.
///
/// # Faults
/// Whatever the database says.
pub async fn sweep(tx: &Tx, most: i64) -> Result<u64, Refusal> {
    let (before, ordered): (Moment, Moment) = (tx.now().plus_days(-KEPT_DAYS), tx.now().plus_days(-7));
    let sql = "delete from cart where id in (select c.id from cart c where (c.order_id is not null and c.touched_at < $2) \
               or (c.touched_at < $1 and not exists (select 1 from cart_item i where i.cart_id = c.id and i.added_at >= $1)) limit $3)";
    Ok(db::run(tx, sql, db::params![before, ordered, most]).await?)
}

pub(super) const OPEN: &str = "select id from cart where token_hash = $1 and order_id is null";

fn allowed(qty: Qty) -> Result<(), Fault> {
    if qty.0 > 0 && qty <= MAX_QTY { Ok(()) } else { Err(Fault::Quantity { max: MAX_QTY }) }
}
