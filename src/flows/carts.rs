//! Filling a cart. Each verb is one short transaction: thousands of visitors do this at once.

use crate::{
    catalog,
    channels::Channel,
    configure::{self, Input},
    desk,
    kernel::{Actor, App, CartLineId, Fault, Locale, Moment, OfferId, Qty, Tx, VariantId, token},
    promotions,
    sales::{self, CartKey, NewCart, Put},
    showcase::{self, Channelled, Line},
    tax,
};

/// What is to go into a cart.
#[derive(Clone, Debug)]
pub struct Wish {
    pub variant: VariantId,
    pub qty: Qty,
    /// What was chosen of a configurable product.
    pub chosen: Option<Input>,
    /// The offer whose link led here, and until when it holds: from now on the cart is at the prices of
    /// whom that offer was made to.
    pub offer: Option<(OfferId, Moment)>,
}

impl From<(VariantId, Qty)> for Wish {
    fn from((variant, qty): (VariantId, Qty)) -> Self {
        Self { variant, qty, chosen: None, offer: None }
    }
}

/// Opens an empty cart and returns its token, for clients that ask for one first.
///
/// # Faults
/// Whatever the database says.
pub async fn open(app: &App, actor: &Actor, channel: &Channel, locale: Locale) -> Result<String, Fault> {
    let tx = app.begin(actor).await?;
    let token = fresh(&tx, channel, locale).await?;
    tx.commit().await?;
    Ok(token)
}

/// Puts a variant into the cart of this token, or into a new cart where there is none, and
/// returns the token of the cart that has it.
///
/// A token that the shop does not know is never taken up: whoever slipped it to the visitor
/// could read what the visitor types later.
///
/// # Faults
/// `sales.quantity`, `sales.no_variant`, `sales.cart_full`; what [`Line::configured`] says of a choice.
pub async fn add(
    app: &App,
    actor: &Actor,
    into: (&Channel, Locale),
    token: Option<&str>,
    wish: impl Into<Wish>,
) -> Result<String, Fault> {
    let (wish, (channel, locale)) = (wish.into(), into);
    let tx = app.begin(actor).await?;
    let known = match token {
        Some(token) if lay(&tx, into, token, &wish).await? == Put::Done => Some(token.to_owned()),
        _ => None,
    };
    let token = match known {
        Some(token) => token,
        None => {
            let token = fresh(&tx, channel, locale).await?;
            lay(&tx, into, &token, &wish).await?;
            token
        }
    };
    remember(&tx, &token, &wish).await?;
    tx.commit().await?;
    Ok(token)
}

/// The cart remembers by which offer's link it was filled; whoever is signed in has prices of their own.
async fn remember(tx: &Tx, token: &str, wish: &Wish) -> Result<(), Fault> {
    match (wish.offer, tx.actor().customer()) {
        (Some(offer), None) => sales::save_offer(tx, &CartKey::of(token), offer).await,
        _ => Ok(()),
    }
}

/// Puts a variant into the cart of this token and into no other.
///
/// # Faults
/// As [`add`], and `sales.cart_gone` for a token that the shop does not know.
pub async fn put(app: &App, actor: &Actor, into: (&Channel, Locale), token: &str, wish: impl Into<Wish>) -> Result<(), Fault> {
    let wish = wish.into();
    let tx = app.begin(actor).await?;
    if lay(&tx, into, token, &wish).await? == Put::NoCart {
        return Err(Fault::not_found("sales.cart_gone"));
    }
    remember(&tx, token, &wish).await?;
    tx.commit().await
}

/// Plain goods in one statement; what is configured is priced first, so that nothing lies in a
/// cart that cannot be made.
async fn lay(tx: &Tx, (channel, locale): (&Channel, Locale), token: &str, wish: &Wish) -> Result<Put, Fault> {
    let key = CartKey::of(token);
    let Some(chosen) = &wish.chosen else { return sales::add(tx, &key, wish.variant, wish.qty).await };
    let product = catalog::product_of_variant(tx, &[wish.variant]).await?.remove(&wish.variant).ok_or(sales::Fault::NoVariant)?;
    let viewer = channel.viewer(locale, tx.now());
    let card = showcase::card(tx, product, &viewer).await?.filter(|card| card.variant(wish.variant).is_some());
    let card = card.ok_or(sales::Fault::NoVariant)?;
    let by = configure::in_force(tx, product).await?.ok_or(configure::Fault::NotConfigurable)?;
    let components = showcase::components(tx, [&by.definition], &viewer).await?;
    let line = Line::configured(&card, &by, (chosen, wish.qty), &components)?;
    match &line.configured {
        Some(by) => sales::add_configured(tx, &key, &line, by).await,
        None => Err(Fault::bug("a configured line without its configuration")),
    }
}

/// Sets the quantity of a line; zero takes it out.
///
/// # Faults
/// `sales.quantity`, `sales.cart_gone`.
pub async fn set(app: &App, actor: &Actor, token: &str, line: impl Into<CartLineId>, qty: Qty) -> Result<(), Fault> {
    let tx = app.begin(actor).await?;
    sales::set(&tx, &CartKey::of(token), line.into(), qty).await?;
    tx.commit().await
}

/// Takes a line out.
///
/// # Faults
/// Whatever the database says.
pub async fn remove(app: &App, actor: &Actor, token: &str, line: impl Into<CartLineId>) -> Result<(), Fault> {
    let tx = app.begin(actor).await?;
    sales::remove(&tx, &CartKey::of(token), line.into()).await?;
    tx.commit().await
}

/// Takes a discount code into the cart, in the place of another one. What keeps it from holding is
/// said at once; a code that stops holding later stays in the cart with its reason.
///
/// # Faults
/// `promotions.*` by what is wrong with the code; `sales.cart_gone`.
pub async fn apply_code(
    app: &App,
    actor: &Actor,
    (channel, locale): (&Channel, Locale),
    token: &str,
    code: &str,
) -> Result<(), Fault> {
    let code = promotions::typed(code).ok_or(promotions::Fault::Unknown)?;
    let tx = app.begin(actor).await?;
    let key = CartKey::of(token);
    sales::save_code(&tx, &key, Some(code)).await?;
    let customer = tx.actor().customer();
    let net = match customer {
        Some(party) => tax::reads_net(&tx, party).await?,
        None => false,
    };
    let meant = desk::meant_by_cart(&tx, &key, tx.now()).await?;
    let viewer = channel.viewer(locale, tx.now()).by(customer, net);
    let viewer = viewer.meant_for(meant.map(|m| m.party), meant.is_some_and(|m| m.net));
    let cart = sales::view(&tx, &key, &viewer).await?.ok_or(sales::Fault::CartGone)?;
    match cart.discount {
        Some(Err(fault)) => Err(fault.into()),
        _ => tx.commit().await,
    }
}

/// Takes the discount code out.
///
/// # Faults
/// `sales.cart_gone`.
pub async fn drop_code(app: &App, actor: &Actor, token: &str) -> Result<(), Fault> {
    let tx = app.begin(actor).await?;
    sales::save_code(&tx, &CartKey::of(token), None).await?;
    tx.commit().await
}

/// Removes carts that nobody came back for, a few hundred at a time. Returns how many went.
///
/// # Faults
/// Whatever the database says.
pub async fn sweep(app: &App) -> Result<u64, Fault> {
    let tx = app.begin(&Actor::System).await?;
    let gone = sales::sweep(&tx, 300).await?;
    tx.commit().await?;
    Ok(gone)
}

async fn fresh(tx: &Tx, channel: &Channel, locale: Locale) -> Result<String, Fault> {
    let token = token::random(tx.app().entropy());
    let new = NewCart { key: CartKey::of(&token), channel: channel.id, locale, party: tx.actor().customer() };
    sales::open(tx, new).await?;
    Ok(token)
}
