//! Nine months in the order in which they happened: prices move, people order and ask, staff
//! confirm, ship, call and write down.

use std::collections::HashMap;

use vitrina::{
    channels::Channel,
    crm::{Next, TaskFilter, TaskKind, TaskQuery},
    flows::{
        self,
        checkout::Agreement,
        inquiries::InquiryForm,
        prices::PriceForm,
        work::{Call, PlannedTask},
    },
    jobs::Worker,
    kernel::{Actor, App, Fault, InquiryId, Locale, Moment, Money, OrderId, Origin, PartyId, Qty, Role, Source},
    pricing::Reduction,
    sales::{self, Address, Contact, NewShipment},
};
use vitrina_demo::{Ago, Campaign, Code, Customer, Inquiry, Note, Order, State, Task, World};

use super::{
    goods::Shelves,
    money,
    people::{Staff, contact},
    seed::{SHOP, moment},
    terms,
};
use crate::wire;

/// Everything that the story needs to know.
pub struct Cast<'a> {
    pub channel: &'a Channel,
    pub staff: &'a Staff,
    pub shelves: &'a Shelves,
    pub customers: &'a HashMap<String, PartyId>,
    pub today: Moment,
}

enum Event<'a> {
    Price { sku: &'a str, minor: i64, reduced: bool },
    Order(usize),
    Step(usize, State),
    Paid(usize),
    Ask(usize),
    Answer(usize),
    Note(&'a Note),
    Plan(&'a Task),
    Campaign(&'a Campaign),
    Code(&'a Code),
}

/// # Errors
/// When a flow refuses what the world says.
pub async fn tell(app: &App, world: &World, cast: &Cast<'_>) -> anyhow::Result<()> {
    let mut placed: HashMap<usize, OrderId> = HashMap::new();
    let mut asked: HashMap<usize, InquiryId> = HashMap::new();
    let worker = Worker::new(app.clone(), wire::jobs());
    let mut day = cast.today.plus_days(-400).date();
    for (at, event) in events(world, cast.today) {
        app.clock().set(at);
        if at.date() != day {
            day = at.date();
            worker.run_until_idle().await?;
            keep_up(app, cast, at).await?;
        }
        match event {
            Event::Price { sku, minor, reduced } => price(app, cast, sku, minor, reduced).await?,
            Event::Order(n) => {
                if let Some(id) = order(app, world, cast, n).await? {
                    placed.insert(n, id);
                }
            }
            Event::Step(n, state) => {
                if let Some(id) = placed.get(&n) {
                    step(app, cast, &world.orders[n], *id, state).await?;
                }
            }
            Event::Paid(n) => {
                if let Some(id) = placed.get(&n) {
                    told(money::paid(app, *id, n).await, "a payment")?;
                }
            }
            Event::Ask(n) => {
                if let Some(id) = ask(app, world, cast, n).await? {
                    asked.insert(n, id);
                }
            }
            Event::Answer(n) => {
                if let Some(id) = asked.get(&n) {
                    answer(app, cast, &world.inquiries[n], *id).await?;
                }
            }
            Event::Note(n) => note(app, cast, n).await?,
            Event::Plan(t) => plan(app, cast, t).await?,
            Event::Campaign(c) => terms::campaign(app, c, cast, at).await?,
            Event::Code(c) => terms::code(app, c, cast).await?,
        }
    }
    Ok(())
}

/// In the evening staff have asked those whose delivery is some days old whether all is well;
/// what fell due since yesterday still waits.
async fn keep_up(app: &App, cast: &Cast<'_>, at: Moment) -> anyhow::Result<()> {
    if at > cast.today.plus_hours(-20) {
        return Ok(());
    }
    let filter = TaskFilter { kind: Some(TaskKind::FollowUp), ..TaskFilter::default() };
    let query = TaskQuery { filter, after: None, limit: 200 };
    let scope = SHOP.scope(vitrina::kernel::Right::TasksRead)?;
    let open = vitrina::crm::tasks(app.reader(), &scope, &query, at).await?;
    let due = open.rows.iter().filter(|t| t.subject_kind.is_some() && t.due_at < at);
    for task in due {
        let actor = task.assignee.and_then(|user| cast.staff.as_user(user)).unwrap_or(SHOP);
        // Said after the one before it, and deterministic: by the customer's name.
        let word = ASKED[task.party_name.chars().count() % ASKED.len()];
        told(flows::work::done_and_next(app, &actor, task.id, word, None).await.map(drop), "a follow-up")?;
    }
    Ok(())
}

/// What came of asking after a delivery, as managers write it down.
const ASKED: &[&str] = &[
    "Viskuo patenkinti.",
    "Patenkinti, prašė priežiūros aliejaus.",
    "Neatsiliepė, parašiau laišką.",
    "Viskas gerai, pavasarį norės kėdžių.",
    "Patenkinti. Pažadėjo atsiųsti nuotrauką.",
];

/// All events, oldest first; what happens at the same minute keeps the world's order.
fn events<'a>(world: &'a World, today: Moment) -> Vec<(Moment, Event<'a>)> {
    let at = |days, minute| moment(today, Ago { days, minute });
    let mut all = Vec::new();
    for variant in world.products.iter().flat_map(|p| &p.variants) {
        for step in variant.prices.iter().skip(1) {
            let event = Event::Price { sku: &variant.sku, minor: step.minor, reduced: step.reduced };
            all.push((at(step.days_ago, 6 * 60), event));
        }
    }
    for (n, order) in world.orders.iter().enumerate() {
        for (state, ago) in &order.steps {
            let event = if *state == State::Placed { Event::Order(n) } else { Event::Step(n, *state) };
            all.push((moment(today, *ago), event));
        }
        // What is being made for weeks is paid when it leaves; else its manager would be late with all of it.
        let in_the_making = order.state() == State::Confirmed && order.placed().days > 2;
        all.extend(order.paid.filter(|_| !in_the_making).map(|ago| (moment(today, ago), Event::Paid(n))));
    }
    for (n, inquiry) in world.inquiries.iter().enumerate() {
        let begun = at(inquiry.days_ago, inquiry.minute);
        all.push((begun, Event::Ask(n)));
        if inquiry.answer.is_some() {
            all.push((begun.plus_hours(inquiry.hours.max(1)), Event::Answer(n)));
        }
    }
    all.extend(world.notes.iter().map(|n| (at(n.days_ago, n.minute), Event::Note(n))));
    // A plan is made some days before it falls due, never tomorrow.
    all.extend(world.tasks.iter().map(|t| (at((5 - t.due).max(1), 16 * 60), Event::Plan(t))));
    all.extend(world.campaigns.iter().map(|c| (at(c.made, 9 * 60), Event::Campaign(c))));
    all.extend(world.codes.iter().map(|c| (at(c.made, 9 * 60), Event::Code(c))));
    all.retain(|(when, _)| *when <= today);
    all.sort_by_key(|(when, _)| *when);
    all
}

async fn price(app: &App, cast: &Cast<'_>, sku: &str, minor: i64, reduced: bool) -> anyhow::Result<()> {
    let Some((_, variant)) = cast.shelves.variants.get(sku) else { return Ok(()) };
    let amount = Money::new(minor, cast.channel.currency);
    let form = |reduction| PriceForm { list: cast.channel.price_list, variant: *variant, amount, reduction };
    let wanted = if reduced { Reduction::Announced } else { Reduction::None };
    match flows::prices::set(app, &SHOP, form(wanted)).await {
        Ok(_) => Ok(()),
        // Called a reduction, but dearer than the cheapest of the last thirty days: then it is none.
        Err(fault) if fault.code == "pricing.no_reduction" => {
            Ok(flows::prices::set(app, &SHOP, form(Reduction::None)).await.map(drop)?)
        }
        Err(fault) => Err(fault.into()),
    }
}

fn customer<'a>(world: &'a World, key: &str) -> Option<&'a Customer> {
    world.customers.iter().find(|c| c.key == key)
}

fn told(result: Result<(), Fault>, what: &str) -> anyhow::Result<()> {
    match result {
        Ok(()) => Ok(()),
        Err(fault) if matches!(fault.kind, vitrina::kernel::Kind::Bug | vitrina::kernel::Kind::Unavailable) => Err(fault.into()),
        Err(fault) => {
            tracing::warn!(%fault, what, "the demo world and the shop disagree");
            Ok(())
        }
    }
}

async fn order(app: &App, world: &World, cast: &Cast<'_>, n: usize) -> anyhow::Result<Option<OrderId>> {
    let order = &world.orders[n];
    match try_order(app, world, cast, n).await {
        Ok(id) => Ok(id),
        Err(fault) => told(Err(fault), &order.customer).map(|()| None),
    }
}

async fn try_order(app: &App, world: &World, cast: &Cast<'_>, n: usize) -> Result<Option<OrderId>, Fault> {
    let order = &world.orders[n];
    let (Some(who), Some(party)) = (customer(world, &order.customer), cast.customers.get(&order.customer)) else {
        return Ok(None);
    };
    // Most have an account; some come as guests and are recognised as likely the same.
    let actor = if n % 9 == 4 { Actor::Guest } else { Actor::Customer(*party) };
    let locale: Locale = order.locale.parse().unwrap_or(cast.channel.source());
    let mut token: Option<String> = None;
    for line in &order.lines {
        let Some((_, variant)) = cast.shelves.variants.get(&line.sku) else { return Ok(None) };
        let into = (cast.channel, locale);
        token = Some(flows::carts::add(app, &actor, into, token.as_deref(), (*variant, Qty(line.milli))).await?);
    }
    let Some(token) = token else { return Ok(None) };
    let contact = Contact {
        name: who.name.clone(),
        email: who.email.clone(),
        phone: who.phone.clone(),
        company: who.company.clone().unwrap_or_default(),
        company_code: who.code.clone().unwrap_or_default(),
        vat_code: who.vat.clone().unwrap_or_default(),
        note: order.remark.clone().unwrap_or_default(),
    };
    let address = Address {
        street: who.street.clone(),
        city: who.city.clone(),
        postcode: who.post_code.clone(),
        country: who.country.clone(),
    };
    flows::checkout::save_contact(app, &actor, &token, contact, address).await?;
    let Some(method) = cast.shelves.methods.get(&order.delivery) else { return Ok(None) };
    flows::checkout::save_delivery(app, &actor, &token, *method).await?;
    let button = app.port::<vitrina::stage::Stage>().text(locale, "checkout.button", &[]);
    let agreed = Agreement { seen: None, button_label: button, locale, origin: Origin::Shop, key: None };
    Ok(Some(flows::checkout::place(app, &actor, cast.channel, &token, agreed).await?.id))
}

fn manager(cast: &Cast<'_>, order: &Order) -> Actor {
    let key = if order.customer.len().is_multiple_of(2) { "migle" } else { "jonas" };
    match cast.staff.actor(key) {
        Actor::Staff(staff) if matches!(staff.role, Role::Owner | Role::Manager) => Actor::Staff(staff),
        _ => SHOP,
    }
}

async fn step(app: &App, cast: &Cast<'_>, order: &Order, id: OrderId, state: State) -> anyhow::Result<()> {
    let actor = manager(cast, order);
    let done = match state {
        State::Placed => Ok(()),
        State::Confirmed => confirm(app, &actor, id).await,
        State::PartShipped | State::Shipped => {
            invoicing(app, cast.today);
            ship(app, &actor, id, state == State::PartShipped).await
        }
        State::Delivered => flows::orders::deliver(app, &actor, id).await.map(drop),
        State::Cancelled => flows::orders::cancel(app, &actor, id, reason(&order.locale)).await.map(drop),
    };
    told(done, "an order's step")
}

/// Who paid at once has confirmed the order with that.
async fn confirm(app: &App, actor: &Actor, id: OrderId) -> Result<(), Fault> {
    let scope = actor.scope(vitrina::kernel::Right::OrdersRead)?;
    match sales::head(app.reader(), &scope, id).await?.state {
        sales::State::Placed => flows::orders::confirm(app, actor, id).await.map(drop),
        _ => Ok(()),
    }
}

/// The customer reads it, too.
fn reason(locale: &str) -> &'static str {
    match locale {
        "lt" => "Persigalvojote, kaip ir rašėte.",
        "de" => "Wie von Ihnen gewünscht.",
        _ => "You changed your mind, as you wrote.",
    }
}

/// The shop has written its invoices here for a fortnight; what it sold before was invoiced by hand.
fn invoicing(app: &App, today: Moment) {
    let mut settings = (*app.settings()).clone();
    let when = if app.now() >= today.plus_days(-14) { "shipped" } else { "never" };
    settings.set("documents.invoice_when", when.into(), Source::Default);
    app.replace_settings(settings);
}

async fn ship(app: &App, actor: &Actor, id: OrderId, part: bool) -> Result<(), Fault> {
    let scope = actor.scope(vitrina::kernel::Right::OrdersWrite)?;
    let order = sales::order(app.reader(), &scope, id).await?;
    let left: Vec<_> = order.lines.iter().filter(|l| l.left > Qty::ZERO).map(|l| (l.id, l.left)).collect();
    let lines = if part { left.into_iter().take(1).collect() } else { left };
    let parcel = order.delivery.kind == sales::DeliveryKind::Parcel;
    let digits: String = order.number.chars().filter(char::is_ascii_digit).collect();
    let new = NewShipment {
        order: id,
        lines,
        batches: Vec::new(),
        carrier: if parcel { "Venipak".into() } else { String::new() },
        tracking: if parcel { format!("V{digits}") } else { String::new() },
        tracking_url: String::new(),
        note: String::new(),
        shipped_at: app.now(),
    };
    flows::orders::ship(app, actor, new).await.map(drop)
}

async fn ask(app: &App, world: &World, cast: &Cast<'_>, n: usize) -> anyhow::Result<Option<InquiryId>> {
    let inquiry: &Inquiry = &world.inquiries[n];
    let Some(who) = customer(world, &inquiry.customer) else { return Ok(None) };
    let form = InquiryForm {
        contact: contact(who)?,
        text: inquiry.text.clone(),
        customer_ref: None,
        product: inquiry.product.as_ref().and_then(|key| cast.shelves.products.get(key)).copied(),
        channel: cast.channel.id,
        origin: Origin::Shop,
        trap: String::new(),
        address: format!("demo-{n}"),
        key: format!("demo-inquiry-{n}"),
    };
    let actor = cast.customers.get(&inquiry.customer).map_or(Actor::Guest, |party| Actor::Customer(*party));
    match flows::inquiries::take(app, &actor, form).await {
        Ok(received) => Ok(vitrina::crm::inquiry_of(app.reader(), &received.number.unwrap_or_default()).await?),
        Err(fault) => told(Err(fault), "an inquiry").map(|()| None),
    }
}

async fn answer(app: &App, cast: &Cast<'_>, inquiry: &Inquiry, id: InquiryId) -> anyhow::Result<()> {
    let actor = cast.staff.actor(inquiry.by.as_deref().unwrap_or("ruta"));
    if let (Some(party), Some(text)) = (cast.customers.get(&inquiry.customer), &inquiry.answer) {
        told(flows::work::add_note(app, &actor, *party, text).await, "an answer")?;
    }
    told(flows::inquiries::answer(app, &actor, id).await, "an answer")
}

async fn note(app: &App, cast: &Cast<'_>, n: &Note) -> anyhow::Result<()> {
    let Some(party) = cast.customers.get(&n.customer) else { return Ok(()) };
    let actor = cast.staff.actor(&n.by);
    let done = if n.kind == "call" {
        let call = Call { party: *party, incoming: n.minute % 2 == 0, minutes: 3 + n.minute % 9, text: Some(n.text.clone()) };
        flows::work::log_call(app, &actor, call).await
    } else {
        flows::work::add_note(app, &actor, *party, &n.text).await
    };
    told(done, "a note")
}

/// What is for today lies still ahead, at whatever hour the demo is opened.
fn due(today: Moment, t: &Task) -> Moment {
    let planned = moment(today, Ago { days: -t.due, minute: t.minute });
    if t.due != 0 {
        return planned;
    }
    let last = moment(today, Ago { days: 0, minute: 24 * 60 - 1 });
    planned.max(today.plus_minutes(30 + t.minute % 150)).min(last)
}

async fn plan(app: &App, cast: &Cast<'_>, t: &Task) -> anyhow::Result<()> {
    let Some(party) = cast.customers.get(&t.customer) else { return Ok(()) };
    let actor = cast.staff.actor(&t.owner);
    let task = PlannedTask {
        party: *party,
        kind: TaskKind::FollowUp,
        about: Some(t.title.clone()),
        subject: None,
        due_at: due(cast.today, t),
        assignee: cast.staff.user(&t.owner),
    };
    let planned = match flows::work::add_task(app, &actor, task).await {
        Ok(id) => id,
        Err(fault) => return told(Err(fault), "a task"),
    };
    if let Some(days) = t.done {
        app.clock().set(moment(cast.today, Ago { days, minute: t.minute }));
        let next: Option<Next> = None;
        told(flows::work::done_and_next(app, &actor, planned, "Atlikta", next).await.map(drop), "a finished task")?;
    }
    Ok(())
}
