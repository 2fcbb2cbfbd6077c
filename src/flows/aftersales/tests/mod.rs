//! After the sale on every engine: what is declared, what becomes of it, goods and money to the cent.

mod declared;
mod settled;

use std::sync::Arc;

use super::{self as flow, Chosen, Form, Received, Upload, Whose};
use crate::{
    aftersales::{self, Case, Ground, Item, Kind, Problem, Remedy, Told},
    channels::Channel,
    crm::{self, TaskFilter, TaskKind, TaskQuery},
    desk,
    flows::{
        carts, checkout,
        checkout::Agreement,
        counter::{self, Post, Press},
        documents as papers, letters, orders, payments as money,
    },
    jobs::{Registry, Worker},
    kernel::{Actor, App, CaseId, Fault, Locale, Money, OrderId, Origin, Qty, Right, Role, Source, StaffActor, UserId, testing},
    mail::SendLetter,
    payments::Method,
    sales::{self, DeliveryKind, MethodId, NewShipment, OrderView},
};

const LT: Locale = Locale::LT;
const SYSTEM: Actor = Actor::System;
const GUEST: Actor = Actor::Guest;

struct Shop {
    app: App,
    channel: Channel,
    parcel: MethodId,
    press: Arc<Press>,
    post: Arc<Post>,
}

impl Shop {
    /// A lamp at 19.99 €, a table at 299.00 €, parcels at 5.90 €.
    async fn open(fresh: &testing::Fresh) -> Self {
        let mut settings = counter::company();
        settings.set("documents.invoice_when", "never".into(), Source::Office);
        settings.set("shop.email", "labas@shop.example".into(), Source::Office);
        let (app, press, post) = counter::with_papers(fresh, settings);
        let channel = counter::channel(&app).await;
        let parcel = counter::delivery(&app, &channel, DeliveryKind::Parcel, 5_90).await;
        counter::stock_up(&app, &[("LA-1", 19_99, 90), ("TA-1", 299_00, 90)]).await;
        Self { app, channel, parcel, press, post }
    }

    /// Lamps and tables for a guest of Vilnius.
    async fn order(&self, lamps: i64, tables: i64) -> OrderView {
        let mut token = None;
        for (sku, pieces) in [("LA-1", lamps), ("TA-1", tables)] {
            if pieces > 0 {
                let wish = (counter::find(&self.app, sku).await.1, Qty::pieces(pieces));
                token = Some(carts::add(&self.app, &GUEST, (&self.channel, LT), token.as_deref(), wish).await.unwrap());
            }
        }
        let token = token.unwrap();
        counter::fill_in(&self.app, &token, "ona@example.test", self.parcel).await.unwrap();
        let agreed = Agreement {
            seen: None,
            button_label: "Užsakymas su prievole sumokėti".into(),
            locale: LT,
            origin: Origin::Shop,
            key: None,
        };
        let placed = checkout::place(&self.app, &GUEST, &self.channel, &token, agreed).await.unwrap();
        self.read(placed.id).await
    }

    /// The same, paid, sent and delivered.
    async fn bought(&self, lamps: i64, tables: i64) -> OrderView {
        let order = self.order(lamps, tables).await;
        let new = money::NewPayment {
            order: order.id,
            method: Method::Bank,
            amount: order.gross,
            at: self.app.now(),
            payer: String::new(),
            note: String::new(),
            fiscal_receipt: String::new(),
            key: order.id.to_string(),
        };
        money::enter(&self.app, &SYSTEM, new).await.unwrap();
        self.ship(order.id, Vec::new()).await;
        orders::deliver(&self.app, &SYSTEM, order.id).await.unwrap();
        self.read(order.id).await
    }

    async fn ship(&self, order: OrderId, lines: Vec<(crate::kernel::OrderLineId, Qty)>) {
        let state = self.read(order).await.state;
        if state == sales::State::Placed {
            orders::confirm(&self.app, &SYSTEM, order).await.unwrap();
        }
        let new = NewShipment { lines, ..NewShipment::all_of(order, self.app.now()) };
        orders::ship(&self.app, &SYSTEM, new).await.unwrap();
    }

    async fn read(&self, id: OrderId) -> OrderView {
        sales::order(self.app.reader(), &SYSTEM.scope(Right::OrdersRead).unwrap(), id).await.unwrap()
    }

    fn form(&self, kind: Kind, whose: Whose) -> Form {
        let complaint = kind == Kind::Complaint;
        Form {
            kind,
            problem: if complaint { Problem::Defect } else { Problem::None },
            wish: if complaint { Remedy::Replacement } else { Remedy::Refund },
            whose,
            chosen: Vec::new(),
            name: "Ona".into(),
            email: "ona@example.test".into(),
            phone: String::new(),
            text: if complaint { "Lempa mirksi.".into() } else { String::new() },
            locale: LT,
            origin: Origin::Shop,
            files: Vec::new(),
            trap: String::new(),
            address: "192.0.2.1".into(),
            key: self.key(),
        }
    }

    fn key(&self) -> String {
        crate::kernel::token::random(self.app.entropy())
    }

    fn chosen(order: &OrderView, at: usize, pieces: i64) -> Chosen {
        Chosen { line: order.lines[at].id, qty: Qty::pieces(pieces), batch: String::new() }
    }

    /// A withdrawal or complaint about so many of the order's first line.
    async fn declare(&self, kind: Kind, order: &OrderView, pieces: i64) -> Result<Received, Fault> {
        let form = Form { chosen: vec![Self::chosen(order, 0, pieces)], ..self.form(kind, Whose::Link(order.token.clone())) };
        flow::declare(&self.app, &GUEST, form).await
    }

    async fn filed(&self, kind: Kind, order: &OrderView, pieces: i64) -> Case {
        let filed = self.declare(kind, order, pieces).await.unwrap().filed.unwrap();
        self.case(filed.id).await
    }

    async fn case(&self, id: CaseId) -> Case {
        aftersales::case(self.app.reader(), &SYSTEM.scope(Right::CasesRead).unwrap(), id).await.unwrap()
    }

    async fn items(&self, id: CaseId) -> Vec<Item> {
        aftersales::items(self.app.reader(), id).await.unwrap()
    }

    async fn approve(&self, id: CaseId) {
        let told = Told { text: "Priimame.".into(), ..Told::default() };
        flow::approve(&self.app, &SYSTEM, id, told).await.unwrap();
    }

    async fn came(&self, id: CaseId, pieces: i64) -> Result<(), Fault> {
        let item = self.items(id).await[0].id;
        flow::receive(&self.app, &SYSTEM, id, &[flow::Came { item, qty: Qty::pieces(pieces) }]).await
    }

    async fn inspected(&self, id: CaseId, restock: i64, scrap: i64) -> Result<(), Fault> {
        let found = aftersales::Inspection {
            item: self.items(id).await[0].id,
            condition: aftersales::Condition::Ok,
            restock: Qty::pieces(restock),
            scrap: Qty::pieces(scrap),
            send_back: Qty::ZERO,
            note: String::new(),
        };
        flow::inspect(&self.app, &SYSTEM, id, (&[found], None, Vec::new())).await
    }

    async fn on_hand(&self, sku: &str) -> i64 {
        let variant = counter::find(&self.app, sku).await.1;
        let levels = crate::stock::levels(self.app.reader(), &[variant]).await.unwrap();
        levels.iter().map(|l| l.on_hand.0 / 1000).sum()
    }

    async fn tasks(&self, kind: TaskKind) -> Vec<crm::TaskRow> {
        let query = TaskQuery { filter: TaskFilter { kind: Some(kind), ..TaskFilter::default() }, ..TaskQuery::default() };
        let scope = SYSTEM.scope(Right::TasksRead).unwrap();
        crm::tasks(self.app.reader(), &scope, &query, self.app.now()).await.unwrap().rows
    }

    /// Runs whatever waits.
    async fn work(&self) {
        let registry = Registry::new()
            .on(|app, job: SendLetter| async move { letters::send(&app, job).await })
            .on(|app, job: papers::SetDocument| async move { papers::set(&app, job).await })
            .on(|app, job: flow::SetCasePaper| async move { flow::set(&app, job).await });
        Worker::new(self.app.clone(), registry).run_until_idle().await.unwrap();
    }

    fn later(&self, at: crate::kernel::Moment) {
        self.app.clock().set(at);
    }

    async fn whole(&self, engine: &str) {
        assert_eq!(desk::torn(self.app.reader(), 9).await.unwrap(), [], "{engine}");
    }
}

fn staff(role: Role) -> Actor {
    Actor::Staff(StaffActor::new(UserId(uuid::Uuid::from_u128(7)), "Rasa", role))
}

async fn shops() -> Vec<(testing::Fresh, Shop)> {
    let mut all = Vec::new();
    for fresh in testing::databases().await {
        let shop = Shop::open(&fresh).await;
        all.push((fresh, shop));
    }
    all
}
