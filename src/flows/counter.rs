//! The small shop that tests of flows open on each engine: goods by SKU, a way of delivery, a guest
//! with an address.

use std::{
    future::Future,
    sync::{Arc, Mutex},
};

use super::{catalogue, checkout, steps::market};
use crate::{
    catalog::{self, NewProduct, NewVariant},
    channels::Channel,
    documents::{Trouble, Typeset, Typesetter},
    kernel::{
        Actor, App, Locale, Money, ProductId, Settings, Source, VariantId,
        testing::{self, Fresh},
    },
    mail::{Outgoing, Refusal, Transport},
    media::{Directory, Workshop},
    sales::{self, Address, Contact, DeliveryKind, Method, MethodId, Tariff},
    stage::{self, Stage},
};

/// The same set-up over a fresh database of each engine that is at hand.
pub async fn each<S, F: Future<Output = S>>(open: impl Fn(App) -> F) -> Vec<(Fresh, S)> {
    let mut all = Vec::new();
    for fresh in testing::databases().await {
        let shop = open(fresh.app()).await;
        all.push((fresh, shop));
    }
    all
}

/// The channel that a new shop opens with.
pub async fn channel(app: &App) -> Channel {
    let tx = app.begin(&Actor::System).await.unwrap();
    let channel = market::found(&tx).await.unwrap();
    tx.commit().await.unwrap();
    channel
}

/// A way of delivery everywhere at one gross price.
pub async fn delivery(app: &App, channel: &Channel, kind: DeliveryKind, minor: i64) -> MethodId {
    let tx = app.begin(&Actor::System).await.unwrap();
    let method = Method {
        id: MethodId::new(&tx),
        code: kind.as_str().into(),
        kind,
        names: [("lt".to_owned(), kind.as_str().to_owned())].into(),
        notes: sales::Words::new(),
        vat_category: "standard".into(),
        currency: channel.currency,
        free_above: None,
        days: (1, 3),
        position: 0,
        active: true,
        tariffs: vec![Tariff { country: "*".into(), up_to_grams: None, up_to: None, gross: Money::eur(minor) }],
    };
    let id = sales::save_method(&tx, &method).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Published goods of one variant: SKU, gross price in cents, pieces on the shelf.
pub fn goods((sku, minor, pieces): (&str, i64, i64)) -> NewProduct {
    NewProduct::goods(Locale::LT, sku).published().variant(NewVariant::new(sku).price(Money::eur(minor)).stock(pieces))
}

/// Puts them on sale.
pub async fn stock_up(app: &App, all: &[(&str, i64, i64)]) {
    for one in all {
        catalogue::create(app, &Actor::System, goods(*one)).await.unwrap();
    }
}

/// Goods by their SKU.
pub async fn find(app: &App, sku: &str) -> (ProductId, VariantId) {
    catalog::find_skus(app.reader(), &[sku.to_owned()]).await.unwrap()[sku]
}

/// A guest of Vilnius who can be written to.
pub fn guest(email: &str) -> (Contact, Address) {
    let contact = Contact { name: "Ona".into(), email: email.into(), ..Contact::default() };
    let address =
        Address { street: "Pilies g. 1".into(), city: "Vilnius".into(), postcode: "01123".into(), country: "lt".into() };
    (contact, address)
}

/// Says who buys and how it comes, so that the cart waits for the button.
///
/// # Errors
/// As the checkout says them.
pub async fn fill_in(app: &App, token: &str, email: &str, by: MethodId) -> Result<(), crate::kernel::Fault> {
    let (contact, address) = guest(email);
    checkout::save_contact(app, &Actor::Guest, token, contact, address).await?;
    checkout::save_delivery(app, &Actor::Guest, token, by).await
}

/// A typesetter that keeps what it was asked for.
#[derive(Default)]
pub struct Press(pub Mutex<Vec<serde_json::Value>>);
impl Typesetter for Press {
    fn set(&self, job: &Typeset) -> Result<Vec<u8>, Trouble> {
        let mut all = self.0.lock().unwrap();
        all.push(job.data.clone());
        Ok(format!("%PDF-1.7 {}", all.len()).into_bytes())
    }
}

/// A mail server that keeps what it was given.
#[derive(Default)]
pub struct Post(pub Mutex<Vec<Outgoing>>);
#[async_trait::async_trait]
impl Transport for Post {
    async fn send(&self, letter: &Outgoing) -> Result<(), Refusal> {
        self.0.lock().unwrap().push(letter.clone());
        Ok(())
    }
    fn name(&self) -> &'static str {
        "test"
    }
}

/// A shop that may write papers: its company, its numbers and its account.
pub fn company() -> Settings {
    let mut settings = Settings::defaults();
    for (key, value) in [
        ("shop.company", "UAB „Vitrina Demo“"),
        ("shop.company_code", "300000001"),
        ("shop.vat_code", "LT100000000114"),
        ("shop.address", "Dirbtuvių g. 7; LT-02189 Vilnius; Lietuva"),
        ("payment.iban", "LT121000011101001000"),
    ] {
        settings.set(key, value.into(), Source::Office);
    }
    settings
}

/// A shop that sets its papers and sends its letters, with what it set and sent.
pub fn with_papers(fresh: &Fresh, settings: Settings) -> (App, Arc<Press>, Arc<Post>) {
    let (press, post) = (Arc::new(Press::default()), Arc::new(Post::default()));
    let stage = Arc::new(Stage::open(stage::Source::embedded()).unwrap());
    let store = Arc::new(Directory::new(fresh.folder().join("media")));
    let app = fresh
        .builder()
        .with_settings(settings)
        .with_port(stage)
        .with_port(Arc::new(Workshop::new(store)))
        .with_port::<dyn Typesetter>(press.clone())
        .with_port::<dyn Transport>(post.clone())
        .build();
    (app, press, post)
}
