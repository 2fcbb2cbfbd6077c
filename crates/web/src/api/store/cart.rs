//! From an empty cart to an order.

use std::collections::BTreeMap;

use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};
use vitrina::{
    flows::{self, carts::Wish, checkout::Agreement},
    kernel::{CartLineId, Fault, Origin},
    sales::{self, CartKey, CheckoutView, Load, Payment},
};

use super::{
    cart_view::{Cart, ShippingOption, ShippingOptions},
    orders::{Order, StoreOrder},
};
use crate::api::{
    dto::{self, Money},
    gate::Asked,
    problem::refused,
};

pub struct Carts;

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewItem {
    /// Id of a variant.
    variant: String,
    /// A decimal with at most three places: "1", "2.5".
    #[oai(default = "one")]
    quantity: String,
    /// What was chosen of a configurable product, by parameter.
    configuration: Option<BTreeMap<String, String>>,
}

fn one() -> String {
    "1".to_owned()
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct Quantity {
    /// A decimal; "0" takes the line out.
    quantity: String,
}

#[derive(Object)]
#[oai(rename = "DiscountCode", deny_unknown_fields)]
struct TypedCode {
    /// As the customer types it; capitals and spaces do not matter.
    code: String,
}

/// Who orders and where it goes. Street, city and postcode may wait until it is known that
/// something is brought there.
#[derive(Object)]
#[oai(rename = "ContactAndAddress", deny_unknown_fields)]
struct Typed {
    name: String,
    email: String,
    #[oai(default)]
    phone: String,
    #[oai(default)]
    company: String,
    #[oai(default)]
    company_code: String,
    #[oai(default)]
    vat_code: String,
    #[oai(default)]
    note: String,
    #[oai(default)]
    street: String,
    #[oai(default)]
    city: String,
    #[oai(default)]
    postcode: String,
    /// ISO 3166-1 alpha-2.
    country: String,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct ChosenDelivery {
    /// Id of a shipping option.
    method: String,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct ChosenPayment {
    /// One of the shop's `payments`: card, bank_transfer.
    payment: String,
}

/// What the customer agreed to by pressing the button.
#[derive(Object)]
#[oai(rename = "OrderAgreement", deny_unknown_fields)]
struct Agreed {
    /// The customer accepted the terms.
    terms: bool,
    /// The words on the button that was pressed; they have to say that ordering means paying.
    button_label: String,
    /// The sum that stood above the button; when it is another one by now, nothing is ordered.
    seen: Option<Money>,
}

#[derive(ApiResponse)]
enum Opened {
    /// The new cart.
    #[oai(status = 201)]
    Cart(Json<Cart>, #[oai(header = "Location")] String),
}

#[derive(ApiResponse)]
enum Ordered {
    /// The order that the cart became.
    #[oai(status = 201)]
    Order(
        Json<Order>,
        #[oai(header = "Location")] String,
        /// true: the order was there already.
        #[oai(header = "Idempotent-Replayed")]
        Option<bool>,
    ),
}

#[OpenApi]
impl Carts {
    /// Open an empty cart
    #[oai(path = "/carts", method = "post", operation_id = "openCart")]
    async fn open(&self, asked: Data<&Asked>) -> poem::Result<Opened> {
        let opened = async {
            let token = flows::carts::open(asked.site.app(), &asked.actor, &asked.channel, asked.locale).await?;
            shown(&asked, &token).await
        };
        let cart = opened.await.map_err(refused)?;
        let location = format!("/store/v1/carts/{}", cart.token);
        Ok(Opened::Cart(Json(cart), location))
    }

    /// The cart, priced at this moment
    #[oai(path = "/carts/:token", method = "get", operation_id = "cart")]
    async fn get(&self, asked: Data<&Asked>, token: Path<String>) -> poem::Result<Json<Cart>> {
        Ok(Json(shown(&asked, &token).await.map_err(refused)?))
    }

    /// Put a variant into the cart
    #[oai(path = "/carts/:token/items", method = "post", operation_id = "addItem")]
    async fn add(&self, asked: Data<&Asked>, token: Path<String>, item: Json<NewItem>) -> poem::Result<Json<Cart>> {
        let added = async {
            let wanted = Wish {
                offer: asked.remembered(),
                variant: field(&item.variant, "variant")?,
                qty: dto::qty(&item.quantity, "quantity")?,
                chosen: item.configuration.clone(),
            };
            flows::carts::put(asked.site.app(), &asked.actor, (&asked.channel, asked.locale), &token, wanted).await?;
            shown(&asked, &token).await
        };
        Ok(Json(added.await.map_err(refused)?))
    }

    /// Set the quantity of a line
    #[oai(path = "/carts/:token/items/:variant", method = "patch", operation_id = "setItem")]
    async fn set(
        &self,
        asked: Data<&Asked>,
        token: Path<String>,
        variant: Path<String>,
        body: Json<Quantity>,
    ) -> poem::Result<Json<Cart>> {
        let set = async {
            let (line, qty) = (dto::id::<CartLineId>(&variant)?, dto::qty(&body.quantity, "quantity")?);
            flows::carts::set(asked.site.app(), &asked.actor, &token, line, qty).await?;
            shown(&asked, &token).await
        };
        Ok(Json(set.await.map_err(refused)?))
    }

    /// Take a line out
    #[oai(path = "/carts/:token/items/:variant", method = "delete", operation_id = "removeItem")]
    async fn remove(&self, asked: Data<&Asked>, token: Path<String>, variant: Path<String>) -> poem::Result<Json<Cart>> {
        let removed = async {
            flows::carts::remove(asked.site.app(), &asked.actor, &token, dto::id::<CartLineId>(&variant)?).await?;
            shown(&asked, &token).await
        };
        Ok(Json(removed.await.map_err(refused)?))
    }

    /// Take a discount code into the cart, in the place of another one
    #[oai(path = "/carts/:token/discounts", method = "post", operation_id = "addDiscount")]
    async fn discount(&self, asked: Data<&Asked>, token: Path<String>, body: Json<TypedCode>) -> poem::Result<Json<Cart>> {
        let applied = async {
            let by = asked.by_cart(&token).await?;
            let window = (&by.channel, by.locale);
            flows::carts::apply_code(asked.site.app(), &asked.actor, window, &token, &body.code).await.map_err(gone)?;
            shown(&asked, &token).await
        };
        Ok(Json(applied.await.map_err(refused)?))
    }

    /// Take the discount code out
    #[oai(path = "/carts/:token/discounts", method = "delete", operation_id = "removeDiscount")]
    async fn no_discount(&self, asked: Data<&Asked>, token: Path<String>) -> poem::Result<Json<Cart>> {
        let removed = async {
            flows::carts::drop_code(asked.site.app(), &asked.actor, &token).await.map_err(gone)?;
            shown(&asked, &token).await
        };
        Ok(Json(removed.await.map_err(refused)?))
    }

    /// How this cart can be delivered, and what it costs
    #[oai(path = "/carts/:token/shipping-options", method = "get", operation_id = "shippingOptions")]
    async fn shipping(
        &self,
        asked: Data<&Asked>,
        token: Path<String>,
        /// ISO 3166-1 alpha-2; else that of the address, else the channel's own.
        country: Query<Option<String>>,
    ) -> poem::Result<Json<ShippingOptions>> {
        let quotes = async {
            let cart = view(&asked, &token).await?.cart;
            let free = cart.taken().is_some_and(|t| t.free_delivery);
            let typed = cart.draft.address.as_ref().map(|a| a.country.clone());
            let country = country.0.map(|c| c.to_ascii_uppercase()).or(typed);
            let load =
                Load { country: country.unwrap_or_else(|| asked.channel.country.clone()), grams: cart.grams, goods: cart.goods };
            let tariffs = &asked.site.lately(asked.locale).await?.tariffs;
            let quotes = tariffs.quotes(&load, asked.locale, &asked.channel.country, asked.site.app().now())?;
            Ok(if free { quotes.into_iter().map(sales::Quote::for_nothing).collect() } else { quotes })
        };
        let quotes = quotes.await.map_err(refused)?;
        Ok(Json(ShippingOptions { data: quotes.iter().map(ShippingOption::from).collect() }))
    }

    /// Say who orders and where it goes
    #[oai(path = "/carts/:token/contact", method = "put", operation_id = "setContact")]
    async fn contact(&self, asked: Data<&Asked>, token: Path<String>, body: Json<Typed>) -> poem::Result<Json<Cart>> {
        let (contact, address) = read(body.0);
        let saved = async {
            flows::checkout::save_contact(asked.site.app(), &asked.actor, &token, contact, address).await?;
            shown(&asked, &token).await
        };
        Ok(Json(saved.await.map_err(refused)?))
    }

    /// Choose how it comes
    #[oai(path = "/carts/:token/delivery", method = "put", operation_id = "setDelivery")]
    async fn delivery(&self, asked: Data<&Asked>, token: Path<String>, body: Json<ChosenDelivery>) -> poem::Result<Json<Cart>> {
        let saved = async {
            let method = field(&body.method, "method")?;
            flows::checkout::save_delivery(asked.site.app(), &asked.actor, &token, method).await?;
            shown(&asked, &token).await
        };
        Ok(Json(saved.await.map_err(refused)?))
    }

    /// Choose how it is paid
    #[oai(path = "/carts/:token/payment", method = "put", operation_id = "setPayment")]
    async fn payment(&self, asked: Data<&Asked>, token: Path<String>, body: Json<ChosenPayment>) -> poem::Result<Json<Cart>> {
        let saved = async {
            let way = field::<Payment>(&body.payment, "payment")?;
            if !flows::checkout::ways(asked.site.app()).contains(&way) {
                return Err(Fault::invalid("payment", "form.choose"));
            }
            flows::checkout::save_payment(asked.site.app(), &asked.actor, &token, way).await?;
            shown(&asked, &token).await
        };
        Ok(Json(saved.await.map_err(refused)?))
    }

    /// Order with an obligation to pay; sent twice, it is one order
    #[oai(path = "/carts/:token/order", method = "post", operation_id = "placeOrder")]
    async fn order(
        &self,
        asked: Data<&Asked>,
        token: Path<String>,
        /// Not needed against a second order, since the cart is the key; with one, another body is 422.
        #[oai(name = "Idempotency-Key", validator(min_length = 1, max_length = 200))]
        key: Header<Option<String>>,
        body: Json<Agreed>,
    ) -> poem::Result<Ordered> {
        let (order, before) = place(&asked, &token, key.0, &body).await.map_err(refused)?;
        let location = format!("/store/v1/orders/{}", order.token);
        Ok(Ordered::Order(Json(order), location, before.then_some(true)))
    }
}

async fn place(asked: &Asked, token: &str, key: Option<String>, body: &Agreed) -> Result<(Order, bool), Fault> {
    if !body.terms {
        return Err(Fault::invalid("terms", "form.terms"));
    }
    let agreed = Agreement {
        seen: body.seen.as_ref().map(|m| m.read("seen")).transpose()?,
        button_label: body.button_label.clone(),
        locale: asked.locale,
        origin: Origin::Api,
        key,
    };
    let channel = &asked.by_cart(token).await?.channel;
    let placed = flows::checkout::place(asked.site.app(), &asked.actor, channel, token, agreed).await?;
    Ok((StoreOrder::by_token(asked, &placed.token).await?, placed.before))
}

/// # Faults
/// `sales.cart_gone`, as not found.
async fn view(asked: &Asked, token: &str) -> Result<CheckoutView, Fault> {
    let asked = &asked.by_cart(token).await?;
    let lately = asked.site.lately(asked.locale).await?;
    let terms = (&lately.tariffs, asked.channel.country.as_str());
    let found = sales::checkout(asked.db(), &CartKey::of(token), &asked.viewer(), terms).await?;
    found.ok_or_else(|| Fault::not_found("sales.cart_gone"))
}

async fn shown(asked: &Asked, token: &str) -> Result<Cart, Fault> {
    Ok(Cart::of(token, &view(asked, token).await?))
}

/// A token that names no open cart is not found, whatever was wanted of it.
fn gone(fault: Fault) -> Fault {
    if fault.code == "sales.cart_gone" { Fault::not_found("sales.cart_gone") } else { fault }
}

/// An id within a body.
fn field<T: std::str::FromStr>(text: &str, name: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::invalid(name, "form.malformed"))
}

fn read(t: Typed) -> (sales::Contact, sales::Address) {
    let contact = sales::Contact {
        name: t.name,
        email: t.email,
        phone: t.phone,
        company: t.company,
        company_code: t.company_code,
        vat_code: t.vat_code,
        note: t.note,
    };
    (contact, sales::Address { street: t.street, city: t.city, postcode: t.postcode, country: t.country })
}
