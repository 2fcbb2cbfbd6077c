//! A customer who has an account: coming in, what is known of them, their orders.

use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, payload::Json};
use vitrina::{
    channels::Channel,
    flows::{
        self,
        accounts::{LinkRequest, SignIn},
    },
    kernel::{Actor, Fault, Locale, PartyId},
    parties, sales,
};

use crate::api::{
    dto::{self, Address, Money},
    gate::{Asked, SESSION},
    problem::refused,
};

pub struct Accounts;

/// Either e-mail and password, or what a sign-in link carried.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct Credentials {
    email: Option<String>,
    password: Option<String>,
    /// The token of a link from a letter; it works once.
    link: Option<String>,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct LinkWish {
    email: String,
    /// The page of yours that gets the token appended, e.g. `https://shop.example.com/enter?token=`; its
    /// origin has to stand with the channel. Without it the shop's own page.
    page: Option<String>,
}

/// What `Vitrina-Session` takes from now on.
#[derive(Debug, Object)]
struct NewSession {
    /// The secret that is the customer; keep it out of logs.
    token: String,
    expires_at: String,
}

#[derive(ApiResponse)]
enum Entered {
    /// The customer is in.
    #[oai(status = 201)]
    Session(Json<NewSession>),
}

#[derive(ApiResponse)]
enum Sent {
    /// A letter with a link is on its way, whoever the address belongs to.
    #[oai(status = 202)]
    Letter,
}

#[derive(ApiResponse)]
enum Left {
    /// The session is over.
    #[oai(status = 204)]
    Gone,
}

/// The customer who is signed in.
#[derive(Debug, Object)]
struct Me {
    id: String,
    name: String,
    company: Option<String>,
    company_code: Option<String>,
    vat_code: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    locale: String,
    addresses: Vec<Address>,
}

#[derive(Debug, Object)]
struct MyOrder {
    number: String,
    /// Opens the order: `GET /orders/{token}`.
    token: String,
    state: String,
    gross: Money,
    placed_at: String,
}

/// The newest 200.
#[derive(Debug, Object)]
struct MyOrders {
    data: Vec<MyOrder>,
}

#[OpenApi]
impl Accounts {
    /// Come in, with a password or a link
    #[oai(path = "/sessions", method = "post", operation_id = "signIn")]
    async fn enter(&self, asked: Data<&Asked>, body: Json<Credentials>) -> poem::Result<Entered> {
        let app = asked.site.app();
        let entered = async {
            let signed = match body.0 {
                Credentials { link: Some(link), .. } => flows::accounts::use_link(app, &link, AGENT).await?,
                Credentials { email: Some(email), password: Some(password), .. } => {
                    let form = SignIn { email, password, address: asked.address.clone(), agent: AGENT.into() };
                    flows::accounts::sign_in(app, form).await?
                }
                Credentials { email: None, .. } => return Err(Fault::invalid("email", "form.missing")),
                Credentials { .. } => return Err(Fault::invalid("password", "form.missing")),
            };
            Ok(NewSession { token: signed.session.token, expires_at: dto::at(signed.session.expires_at) })
        };
        Ok(Entered::Session(Json(entered.await.map_err(refused)?)))
    }

    /// Have a sign-in link sent
    #[oai(path = "/sessions/links", method = "post", operation_id = "sendLink")]
    async fn link(&self, asked: Data<&Asked>, body: Json<LinkWish>) -> poem::Result<Sent> {
        let sent = async {
            let request = LinkRequest {
                page: page(&asked.channel, asked.locale, body.0.page)?,
                email: body.0.email,
                locale: asked.locale,
                goto: None,
                address: asked.address.clone(),
            };
            flows::accounts::request_link(asked.site.app(), request).await
        };
        sent.await.map_err(refused)?;
        Ok(Sent::Letter)
    }

    /// Leave
    #[oai(path = "/sessions/current", method = "delete", operation_id = "signOut")]
    async fn leave(&self, asked: Data<&Asked>, req: &poem::Request) -> poem::Result<Left> {
        let left = async {
            myself(&asked)?;
            flows::accounts::sign_out(asked.site.app(), &asked.actor, req.header(SESSION).unwrap_or_default()).await
        };
        left.await.map_err(refused)?;
        Ok(Left::Gone)
    }

    /// Who this is
    #[oai(path = "/me", method = "get", operation_id = "me")]
    async fn me(&self, asked: Data<&Asked>) -> poem::Result<Json<Me>> {
        let found = async { parties::myself(asked.db(), myself(&asked)?).await };
        let me = found.await.map_err(refused)?;
        let address =
            |a: parties::AddressView| Address { street: a.street, city: a.city, postcode: a.postcode, country: a.country };
        Ok(Json(Me {
            id: me.id.to_string(),
            name: me.name,
            company: me.company,
            company_code: me.company_code,
            vat_code: me.vat_code,
            email: me.email,
            phone: me.phone,
            locale: me.locale.to_string(),
            addresses: me.addresses.into_iter().map(address).collect(),
        }))
    }

    /// The customer's orders, newest first
    #[oai(path = "/me/orders", method = "get", operation_id = "myOrders")]
    async fn orders(&self, asked: Data<&Asked>) -> poem::Result<Json<MyOrders>> {
        let found = async {
            let me = parties::myself(asked.db(), myself(&asked)?).await?;
            sales::of_party(asked.db(), me.id).await
        };
        let order = |o: sales::OrderRow| MyOrder {
            number: o.number,
            token: o.token,
            state: o.state.as_str().to_owned(),
            gross: o.gross.into(),
            placed_at: dto::at(o.placed_at),
        };
        Ok(Json(MyOrders { data: found.await.map_err(refused)?.into_iter().map(order).collect() }))
    }
}

/// How the customer's list of sessions names one that began here.
const AGENT: &str = "API";

/// # Faults
/// `access.sign_in` for a guest.
fn myself(asked: &Asked) -> Result<PartyId, Fault> {
    match asked.actor {
        Actor::Customer(party) => Ok(party),
        _ => Err(Fault::forbidden("access.sign_in")),
    }
}

/// A link leads to the shop or to a page of an origin that stands with the channel: nowhere else
/// would a letter of ours send its reader.
fn page(channel: &Channel, locale: Locale, wished: Option<String>) -> Result<String, Fault> {
    let Some(page) = wished else { return Ok(format!("/{locale}/account/sign-in?token=")) };
    let known = channel.origins.iter().any(|origin| page.strip_prefix(origin.as_str()).is_some_and(|rest| rest.starts_with('/')));
    if known { Ok(page) } else { Err(Fault::invalid("page", "api.origin")) }
}
