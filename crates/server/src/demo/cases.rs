//! What came after the sale: complaints and withdrawals of the last weeks, in every state that a manager
//! meets, in three languages, one of them without an order.

use anyhow::Context;
use vitrina::{
    aftersales::{self, Condition, Ground, Inspection, Kind, Problem, Remedy, Told},
    flows::{
        self,
        aftersales::{Came, Chosen, Doing, Form, Label, Rating, Upload, Whose, Words},
    },
    jobs::Worker,
    kernel::{Actor, App, CaseId, Locale, Origin, Qty, Right},
    media::{self, Workshop},
    sales::{self, NewShipment, OrderQuery, OrderView, State},
};
use vitrina_demo::Ago;

use super::{
    past::Cast,
    seed::{SHOP, moment},
};
use crate::wire;

const GUEST: Actor = Actor::Guest;

/// # Errors
/// When a flow refuses what is told.
pub async fn tell(app: &App, cast: &Cast<'_>) -> anyhow::Result<()> {
    let mut orders = delivered(app).await?;
    let teller = Teller { app, cast };
    teller.replaced(&teller.pick(&mut orders, 17, 60)?).await.context("a replacement")?;
    teller.given_back(&teller.pick(&mut orders, 14, 12)?).await.context("a withdrawal")?;
    teller.on_its_way(&teller.pick(&mut orders, 6, 12)?).await.context("goods on their way")?;
    teller.pressing(&teller.pick(&mut orders, 12, 60)?).await.context("a complaint that waits")?;
    teller.missing(&teller.pick(&mut orders, 2, 60)?).await.context("a new complaint")?;
    teller.unmatched().await.context("a guest")
}

/// The newest orders that are with their customers, one a customer.
async fn delivered(app: &App) -> anyhow::Result<Vec<OrderView>> {
    let query = OrderQuery { states: vec![State::Delivered], limit: 200, ..OrderQuery::default() };
    let scope = SHOP.scope(Right::OrdersRead)?;
    let mut found: Vec<OrderView> = Vec::new();
    for row in sales::list(app.reader(), &scope, &query).await?.rows {
        let order = sales::order(app.reader(), &scope, row.id).await?;
        let known = found.iter().any(|o| o.party == order.party);
        if !known && order.lines.iter().any(|l| l.configured.is_none() && l.shipped.0 > 0) {
            found.push(order);
        }
    }
    Ok(found)
}

struct Teller<'a> {
    app: &'a App,
    cast: &'a Cast<'a>,
}

impl Teller<'_> {
    /// The clock of the story; nothing happens after now.
    fn at(&self, days: i64, minute: i64) {
        let at = moment(self.cast.today, Ago { days, minute });
        self.app.clock().set(if at > self.cast.today { self.cast.today } else { at });
    }

    /// An order that had arrived so many days ago, and not much longer before.
    fn pick(&self, orders: &mut Vec<OrderView>, days: i64, most: i64) -> anyhow::Result<OrderView> {
        let then = moment(self.cast.today, Ago { days, minute: 0 });
        let had = |o: &OrderView| o.events.iter().rev().find(|e| e.after == State::Delivered).map(|e| e.at);
        let fits = |o: &OrderView| had(o).is_some_and(|at| at <= then && at >= then.plus_days(-most));
        let at = orders.iter().position(fits).with_context(|| format!("no order arrived {days} days ago"))?;
        Ok(orders.remove(at))
    }

    fn jonas(&self) -> Actor {
        self.cast.staff.actor("jonas")
    }

    fn form(order: &OrderView, kind: Kind, (problem, wish): (Problem, Remedy), text: &str) -> Form {
        let line = order.lines.iter().find(|l| l.configured.is_none() && l.shipped.0 > 0);
        Form {
            kind,
            problem,
            wish,
            whose: Whose::Link(order.token.clone()),
            chosen: line.map(|l| Chosen { line: l.id, qty: Qty::ONE, batch: String::new() }).into_iter().collect(),
            name: order.contact.name.clone(),
            email: order.contact.email.clone(),
            phone: String::new(),
            text: text.into(),
            locale: order.locale,
            origin: Origin::Shop,
            files: Vec::new(),
            trap: String::new(),
            // Each customer's own: what one place may send is counted, and these days do not come in order.
            address: order.id.to_string(),
            key: format!("demo-{}-{}", order.id, kind.as_str()),
        }
    }

    /// A photo of what was bought stands for a photo of what is wrong with it.
    async fn photo(&self, order: &OrderView) -> anyhow::Result<Vec<Upload>> {
        let Some(hash) = order.lines.iter().find_map(|l| l.picture_hash.clone()) else { return Ok(Vec::new()) };
        let bytes = self.app.port::<Workshop>().original(&hash, media::Kind::Picture).await?;
        Ok(vec![Upload { name: "IMG_2041.webp".into(), bytes }])
    }

    async fn declared(&self, form: Form) -> anyhow::Result<(CaseId, String)> {
        let filed = flows::aftersales::declare(self.app, &GUEST, form).await?.filed.context("a declaration is filed")?;
        Ok((filed.id, filed.token))
    }

    async fn approved(&self, id: CaseId, text: &str, ground: Option<Ground>) -> anyhow::Result<()> {
        let told = Told { text: text.into(), ground, ..Told::default() };
        Ok(flows::aftersales::approve(self.app, &self.jonas(), id, told).await?)
    }

    async fn returned(&self, id: CaseId) -> anyhow::Result<()> {
        let item = aftersales::items(self.app.reader(), id).await?.first().context("an item")?.id;
        flows::aftersales::receive(self.app, &self.jonas(), id, &[Came { item, qty: Qty::ONE }]).await?;
        let found = Inspection {
            item,
            condition: Condition::Ok,
            restock: Qty::ONE,
            scrap: Qty::ZERO,
            send_back: Qty::ZERO,
            note: "Nenaudota, originalioje pakuotėje.".into(),
        };
        Ok(flows::aftersales::inspect(self.app, &self.jonas(), id, (&[found], None, Vec::new())).await?)
    }

    async fn replaced(&self, order: &OrderView) -> anyhow::Result<()> {
        self.at(16, 10 * 60 + 12);
        let wanted = (Problem::Damaged, Remedy::Replacement);
        let mut form =
            Self::form(order, Kind::Complaint, wanted, "Išpakavę radome pažeistą prekę, nors pakuotė iš išorės sveika.");
        form.files = self.photo(order).await?;
        let (id, token) = self.declared(form).await?;
        self.at(15, 9 * 60 + 30);
        self.approved(id, "Atsiprašome – tai mūsų kaltė. Pakeisime nauja.", Some(Ground::TransportDamage)).await?;
        self.at(15, 11 * 60);
        let text = "Nauja prekė jau ruošiama; senosios grąžinti nereikia.";
        let new = flows::aftersales::replace(self.app, &self.jonas(), id, (text, "demo-replace")).await?;
        self.at(14, 15 * 60 + 20);
        flows::orders::ship(self.app, &self.jonas(), NewShipment::all_of(new, self.app.now())).await?;
        self.at(12, 13 * 60);
        flows::orders::deliver(self.app, &self.jonas(), new).await?;
        self.at(9, 18 * 60 + 40);
        let rating = Rating { stars: 5, note: "Greitai ir be ginčų. Ačiū!".into() };
        Ok(flows::aftersales::rate(self.app, &GUEST, &token, rating).await?)
    }

    async fn given_back(&self, order: &OrderView) -> anyhow::Result<()> {
        self.at(13, 20 * 60 + 5);
        let (id, token) = self.declared(Self::form(order, Kind::Withdrawal, (Problem::None, Remedy::Refund), "")).await?;
        self.at(12, 9 * 60 + 15);
        self.approved(id, "Sutarties atsisakymą gavome. Prekę galite grąžinti per 14 dienų.", None).await?;
        self.at(11, 12 * 60);
        flows::aftersales::dispatched(self.app, &GUEST, &token, ("Omniva", "CE004512378LT")).await?;
        self.at(8, 10 * 60);
        self.returned(id).await?;
        self.at(8, 11 * 60);
        let doing = Doing {
            remedy: Remedy::Refund,
            amount: None,
            delivery: false,
            text: "Pinigus grąžiname tuo pačiu būdu, kuriuo mokėjote.".into(),
            key: "demo-refund".into(),
        };
        flows::aftersales::resolve(self.app, &self.jonas(), id, doing).await?;
        // The owner sends money back; where the story has none for this order, nothing is owed.
        if flows::aftersales::refundable(self.app, &SHOP, id).await?.is_some() {
            flows::aftersales::refund(self.app, &SHOP, id).await?;
        }
        Ok(Worker::new(self.app.clone(), wire::jobs()).run_until_idle().await.map(drop)?)
    }

    async fn on_its_way(&self, order: &OrderView) -> anyhow::Result<()> {
        self.at(5, 8 * 60 + 50);
        let (id, token) = self.declared(Self::form(order, Kind::Withdrawal, (Problem::None, Remedy::Refund), "")).await?;
        self.at(4, 9 * 60 + 20);
        self.approved(id, "Sutarties atsisakymą gavome. Kaip grąžinti prekę, rašome žemiau.", None).await?;
        let label = Label {
            instructions: "Supakuokite prekę taip, kaip gavote, ir palikite artimiausiame „DPD“ paštomate.".into(),
            carrier: "DPD".into(),
            tracking: "05807123456789".into(),
            file: None,
        };
        flows::aftersales::label(self.app, &self.jonas(), id, label).await?;
        self.at(2, 17 * 60 + 30);
        Ok(flows::aftersales::dispatched(self.app, &GUEST, &token, ("DPD", "05807123456789")).await?)
    }

    async fn pressing(&self, order: &OrderView) -> anyhow::Result<()> {
        self.at(11, 7 * 60 + 30);
        let text = "The colour is clearly another one than on the sample that I was sent.";
        let form = Form { locale: Locale::EN, ..Self::form(order, Kind::Complaint, (Problem::Defect, Remedy::Repair), text) };
        let (id, token) = self.declared(form).await?;
        self.at(10, 9 * 60);
        flows::aftersales::ask(
            self.app,
            &self.jonas(),
            id,
            "Could you send us a photo by daylight, next to a sheet of white paper?",
        )
        .await?;
        self.at(9, 21 * 60 + 14);
        let photo = self.photo(order).await?;
        let words = Words {
            text: "Here it is, taken at the window this morning.".into(),
            files: photo,
            address: order.number.clone(),
            key: None,
        };
        flows::aftersales::write(self.app, &GUEST, &token, words).await?;
        flows::aftersales::note(self.app, &self.jonas(), id, "Gamintojas patvirtino: kita partija, keičia nemokamai.").await?;
        Ok(())
    }

    async fn missing(&self, order: &OrderView) -> anyhow::Result<()> {
        self.at(1, 19 * 60 + 48);
        let wanted = (Problem::Missing, Remedy::None);
        let mut form = Self::form(order, Kind::Complaint, wanted, "Dėžėje trūko vienos dalies iš tų, kurios surašytos lape.");
        form.files = self.photo(order).await?;
        self.declared(form).await.map(drop)
    }

    async fn unmatched(&self) -> anyhow::Result<()> {
        self.at(0, 7 * 60 + 55);
        let form = Form {
            kind: Kind::Withdrawal,
            problem: Problem::None,
            wish: Remedy::Refund,
            whose: Whose::Typed("Rechnung vom März".into()),
            chosen: Vec::new(),
            name: "Sabine Krüger".into(),
            email: "sabine.krueger@demo.test".into(),
            phone: String::new(),
            text: "Zwei Stühle aus der Bestellung vom März".into(),
            locale: Locale::DE,
            origin: Origin::Shop,
            files: Vec::new(),
            trap: String::new(),
            address: "unmatched".into(),
            key: "demo-unmatched".into(),
        };
        self.declared(form).await.map(drop)
    }
}
