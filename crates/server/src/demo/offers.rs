//! Offers of the last weeks, one in each state, in the customers' languages.

use anyhow::Context;
use uuid::Uuid;
use vitrina::{
    flows::{
        self,
        offers::{Asking, Begin, Change, Refusal, Unread, Word},
    },
    jobs::Worker,
    kernel::{Actor, App, Moment, Money, OfferId, Qty, Rate, Right},
    offers::{self, Choice, Consent, Deposit, Edit, Goods, Head, Item, Off, Range, Section, What, Written},
    translation::Mark,
};
use vitrina_demo::Ago;

use super::{
    past::Cast,
    seed::{SHOP, moment},
};
use crate::wire;

/// How far an offer has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Draft,
    Ready,
    Sent,
    Viewed,
    Question,
    Revised,
    Second,
    Ordered,
    Declined,
    Expired,
    Withdrawn,
}

/// A row of a section: the beginning of a SKU, pieces, and what is left open.
struct Row(&'static str, i64, Open);

enum Open {
    No,
    /// May be left out.
    Option,
    /// One of its section's alternatives.
    Or,
    /// Up to so many.
    UpTo(i64),
}

struct Told {
    customer: &'static str,
    manager: &'static str,
    days_ago: i64,
    title: &'static str,
    sections: &'static [(&'static str, &'static [Row])],
    work: Option<(&'static str, i64)>,
    /// The name that it was kept under for others.
    template: Option<&'static str>,
    /// Where the customer reads another language: what the manager wrote, and what it says there.
    said: &'static [(&'static str, &'static str)],
    until: Until,
}

use Open::{No, Option as Maybe, Or, UpTo};

const TOLD: &[Told] = &[
    Told {
        customer: "kavine-svyturys",
        manager: "jonas",
        days_ago: 6,
        title: "Baldai kavinės salei ir terasai",
        sections: &[
            ("Salė", &[Row("ST-NER", 6, No), Row("KD-RAS", 24, Or), Row("KD-AUS", 24, Or), Row("SV-GLO", 6, UpTo(12))]),
            ("Terasa ir smulkmenos", &[Row("ST-SVE", 4, Maybe), Row("TX-PAG", 24, Maybe), Row("AK-VAZ", 10, Maybe)]),
        ],
        work: Some(("Matavimas, surinkimas ir pakuočių išvežimas", 380_00)),
        template: Some("Kavinės salė ir terasa"),
        said: &[],
        until: Until::Question,
    },
    Told {
        customer: "viesbutis-kopos",
        manager: "migle",
        days_ago: 4,
        title: "Dvylika kambarių: lovos, spintelės, šviestuvai",
        sections: &[
            ("Kambariai", &[Row("LO-DUS", 12, No), Row("NS-OBE", 24, No), Row("SV-LIN", 24, No)]),
            ("Tekstilė", &[Row("TX-PAT", 12, Maybe), Row("PA-SUR", 48, Maybe)]),
        ],
        work: Some(("Pristatymas į aukštus", 240_00)),
        template: Some("Viešbučio kambarys"),
        said: &[],
        until: Until::Viewed,
    },
    Told {
        customer: "biuras-sesiese",
        manager: "jonas",
        days_ago: 11,
        title: "Darbo vietos šešiese",
        sections: &[("Darbo vietos", &[Row("RS-VEN", 2, No), Row("SV-FUN", 2, Maybe), Row("LE-AUK", 1, No)])],
        work: None,
        template: None,
        said: &[],
        until: Until::Ordered,
    },
    Told {
        customer: "architektai-sienos",
        manager: "migle",
        days_ago: 18,
        title: "Lentynos ir komodos butui Laisvės alėjoje",
        sections: &[("Svetainė", &[Row("LE-ZEM", 2, No), Row("KO-RUS", 1, No), Row("ZS-MER", 1, Maybe)])],
        work: None,
        template: None,
        said: &[],
        until: Until::Declined,
    },
    Told {
        customer: "restoranas-duona",
        manager: "jonas",
        days_ago: 8,
        title: "Stalai ir kėdės restoranui",
        sections: &[("Salė", &[Row("ST-DUB", 8, No), Row("KD-LIE", 32, No)])],
        work: None,
        template: None,
        said: &[],
        until: Until::Revised,
    },
    Told {
        customer: "raumwerk",
        manager: "jonas",
        days_ago: 7,
        title: "Parodomasis butas Prinzenstraße gatvėje",
        sections: &[
            ("Valgomasis", &[Row("ST-NER", 1, No), Row("KD-AUS", 6, UpTo(8)), Row("SV-CAM", 1, Maybe)]),
            ("Miegamasis", &[Row("LO-MET", 1, No), Row("NS-GAL", 2, No)]),
        ],
        work: None,
        template: None,
        said: &[
            ("Parodomasis butas Prinzenstraße gatvėje", "Musterwohnung in der Prinzenstraße"),
            ("Valgomasis", "Essen"),
            ("Miegamasis", "Schlafen"),
        ],
        until: Until::Second,
    },
    Told {
        customer: "studija-linija",
        manager: "migle",
        days_ago: 1,
        title: "Butas Žvėryne, antras etapas",
        sections: &[("Miegamasis", &[Row("LO-DUS", 1, No), Row("KO-PLA", 1, No)])],
        work: Some(("Dizainerio vizitas", 90_00)),
        template: None,
        said: &[],
        until: Until::Draft,
    },
    Told {
        customer: "klinika-sala",
        manager: "migle",
        days_ago: 44,
        title: "Laukiamojo baldai",
        sections: &[("Laukiamasis", &[Row("FO-GAB", 4, No), Row("ZS-ULA", 2, No)])],
        work: None,
        template: None,
        said: &[],
        until: Until::Expired,
    },
    Told {
        customer: "sia-koks",
        manager: "jonas",
        days_ago: 1,
        title: "Šviestuvai Rygos salonui",
        sections: &[("Salonas", &[Row("SV-GLO", 4, No), Row("SV-STE", 4, No), Row("SV-DIS", 2, Maybe)])],
        work: None,
        template: None,
        said: &[("Šviestuvai Rygos salonui", "Lamps for the Riga showroom")],
        until: Until::Ready,
    },
    Told {
        customer: "gaestehaus-see",
        manager: "jonas",
        days_ago: 2,
        title: "Pusryčių salė prie ežero",
        sections: &[(
            "Pusryčių salė",
            &[Row("ST-MIN", 5, No), Row("KD-RAS", 20, Or), Row("KD-LIE", 20, Or), Row("SV-AIR", 3, Maybe)],
        )],
        work: None,
        template: None,
        said: &[("Pusryčių salė prie ežero", "Frühstücksraum am See"), ("Pusryčių salė", "Frühstücksraum")],
        until: Until::Sent,
    },
    Told {
        customer: "mokykla-pelediukas",
        manager: "migle",
        days_ago: 15,
        title: "Skaitymo kampelis",
        sections: &[("Skaitymo kampelis", &[Row("LE-DZU", 3, No), Row("PA-MAT", 12, No)])],
        work: None,
        template: None,
        said: &[],
        until: Until::Withdrawn,
    },
];

/// # Errors
/// When a flow refuses what is told.
pub async fn tell(app: &App, cast: &Cast<'_>) -> anyhow::Result<()> {
    for (n, told) in TOLD.iter().enumerate() {
        one(app, cast, n, told).await.with_context(|| told.title.to_owned())?;
    }
    Ok(())
}

fn at(app: &App, cast: &Cast<'_>, days_ago: i64, minute: i64) -> Moment {
    let at = moment(cast.today, Ago { days: days_ago.max(0), minute });
    let at = if at > cast.today { cast.today } else { at };
    app.clock().set(at);
    at
}

async fn one(app: &App, cast: &Cast<'_>, n: usize, told: &Told) -> anyhow::Result<()> {
    let Some(party) = cast.customers.get(told.customer) else { return Ok(()) };
    let actor = cast.staff.actor(told.manager);
    at(app, cast, told.days_ago, 10 * 60 + 7 * n as i64);
    let new = Begin {
        party: Some(*party),
        title: told.title.into(),
        origin: None,
        template: None,
        written_in: None,
        key: format!("demo-{n}"),
    };
    let id = flows::offers::start(app, &actor, new).await?;
    let offer = offers::offer(app.reader(), &SHOP.scope(Right::OffersRead)?, id).await?;
    let mut edits = vec![Edit::Head(Box::new(Head {
        deposit: (told.until != Until::Draft).then_some(Some(Deposit::Percent(Rate::percent(30)))),
        off: n.is_multiple_of(3).then_some(Some(Off::Percent(Rate::percent(5)))),
        valid_days: Some(Some(if told.until == Until::Expired { 14 } else { 30 })),
        ..Head::default()
    }))];
    for (s, (title, rows)) in told.sections.iter().enumerate() {
        let section = Uuid::from_u128(offer.id.0.as_u128() ^ (0x5EC0 + s as u128));
        let mut items: Vec<Item> = rows.iter().filter_map(|row| item(cast, row, title)).collect();
        // Goods have the same id on every machine only if nothing random is drawn for them: they are drawn by the flow.
        items.iter_mut().for_each(|item| item.id = Uuid::nil());
        edits.push(Edit::AddSection(Section {
            id: section,
            title: (*title).into(),
            note: String::new(),
            off: None,
            items: Vec::new(),
        }));
        edits.push(Edit::Add(Some(section), items));
    }
    if let Some((title, minor)) = told.work {
        let price = Money { minor, currency: offer.currency };
        let written = Written { title: title.into(), unit: "service".into(), price, vat_category: "standard".into() };
        edits.push(Edit::Add(None, vec![Item::new(Uuid::nil(), What::Written(written), Qty::ONE)]));
    }
    flows::offers::edit(app, &actor, id, Change { edits, ..Change::default() }).await?;
    translate(app, &actor, id, told).await?;
    if let Some(name) = told.template {
        flows::offers::keep_template(app, &actor, id, name).await?;
    }
    if told.until == Until::Draft {
        return Ok(());
    }
    // Somebody who may approves what lies below the floor.
    flows::offers::approve(app, &SHOP, id).await?;
    flows::offers::prepare(app, &actor, id).await?;
    if told.until == Until::Ready {
        return Ok(());
    }
    flows::offers::send(app, &actor, id, Unread::Refused).await?;
    Worker::new(app.clone(), wire::jobs()).run_until_idle().await?;
    further(app, cast, told, (&actor, id)).await
}

/// Somebody reviewed what the customer reads, but for what still waits.
async fn translate(app: &App, actor: &Actor, id: OfferId, told: &Told) -> anyhow::Result<()> {
    for (source, target) in told.said {
        let found = flows::offers::texts(app, actor, id).await?;
        let segment = found.own.iter().find(|s| s.source == *source).with_context(|| format!("„{source}“ is not in it"))?;
        let mark = Mark { entity: segment.entity, field: segment.field.clone() };
        let word = Word::Edit((*target).to_owned());
        flows::offers::review(app, actor, id, (&mark, &word, &segment.seen)).await?;
    }
    Ok(())
}

fn item(cast: &Cast<'_>, Row(sku, pieces, open): &Row, section: &str) -> Option<Item> {
    let mut known: Vec<&String> = cast.shelves.variants.keys().filter(|known| known.starts_with(sku)).collect();
    known.sort();
    let (product, variant) = *cast.shelves.variants.get(*known.first()?)?;
    let goods = Goods { product, variant, chosen: Default::default() };
    let mut item = Item::new(Uuid::nil(), What::Goods(goods), Qty::pieces(*pieces));
    match open {
        No => {}
        Maybe => item.optional = true,
        Or => section.clone_into(&mut item.group),
        UpTo(most) => item.range = Some(Range { least: Qty::ONE, most: Qty::pieces(*most) }),
    }
    Some(item)
}

async fn further(app: &App, cast: &Cast<'_>, told: &Told, (actor, id): (&Actor, OfferId)) -> anyhow::Result<()> {
    let offer = offers::offer(app.reader(), &SHOP.scope(Right::OffersRead)?, id).await?;
    let token = offer.token.context("a sent offer has its link")?;
    let guest = Actor::Guest;
    let worker = Worker::new(app.clone(), wire::jobs());
    if !matches!(told.until, Until::Sent | Until::Expired) {
        at(app, cast, told.days_ago - 1, 9 * 60 + 20);
        flows::offers::saw(app, &guest, &token).await?;
    }
    match told.until {
        Until::Question => {
            at(app, cast, told.days_ago - 1, 9 * 60 + 31);
            let page = flows::offers::page(app, &token, None).await?;
            let item = page.version.drawn.items().find(|i| i.line.is_some()).map(|i| i.id);
            let text = "Ar stalviršį galima padengti matiniu laku? Ir kiek pailgėtų terminas?".to_owned();
            let asking = Asking { item, text, address: format!("192.0.2.{}", told.days_ago), key: format!("demo-{id}") };
            flows::offers::ask(app, &guest, &token, asking).await?;
        }
        Until::Revised => drop(flows::offers::revise(app, actor, id).await?),
        Until::Second => {
            at(app, cast, told.days_ago - 3, 15 * 60);
            flows::offers::revise(app, actor, id).await?;
            let head = Head { off: Some(Some(Off::Percent(Rate::percent(7)))), ..Head::default() };
            let change = Change { edits: vec![Edit::Head(Box::new(head))], ..Change::default() };
            flows::offers::edit(app, actor, id, change).await?;
            flows::offers::approve(app, &SHOP, id).await?;
            flows::offers::send(app, actor, id, Unread::Refused).await?;
        }
        Until::Ordered => {
            at(app, cast, told.days_ago - 2, 11 * 60);
            accept(app, &token).await?;
        }
        Until::Declined => {
            at(app, cast, told.days_ago - 2, 16 * 60);
            let no = Refusal {
                reason: "price".into(),
                note: "Užsakovas pasirinko pigesnes lentynas.".into(),
                address: format!("192.0.2.{}", told.days_ago),
            };
            flows::offers::decline(app, &guest, &token, no).await?;
        }
        Until::Withdrawn => {
            at(app, cast, told.days_ago - 3, 12 * 60);
            flows::offers::withdraw(app, actor, id, "Mokykla persigalvojo, projektas sustabdytas").await?;
        }
        Until::Expired => {
            at(app, cast, told.days_ago - 16, 1);
            flows::offers::expire(app).await?;
        }
        _ => {}
    }
    Ok(worker.run_until_idle().await.map(drop)?)
}

async fn accept(app: &App, token: &str) -> anyhow::Result<()> {
    let first = flows::offers::page(app, token, None).await?;
    let all: Choice = Choice {
        picked: first.version.drawn.items().filter(|i| i.optional).map(|i| i.id).collect(),
        ..first.seen.choice.clone()
    };
    let page = flows::offers::page(app, token, Some(&all)).await?;
    let b = &page.version.drawn.buyer;
    // A customer without an address gives one where the goods are to be brought.
    let or = |own: &str, given: &str| if own.is_empty() { given.to_string() } else { own.to_string() };
    let consent = Consent {
        version: page.version.n,
        hash: page.version.hash.clone(),
        choice: page.seen.choice.clone(),
        seen: page.seen.settled.totals.gross,
        name: b.name.clone(),
        role: "direktorė".into(),
        agreed: true,
        street: or(&b.street, "Gedimino pr. 1"),
        city: or(&b.city, "Vilnius"),
        postcode: or(&b.postcode, "LT-01103"),
        phone: String::new(),
        payment: "bank_transfer".into(),
        address: "127.0.0.1".into(),
        agent: "Mozilla/5.0".into(),
    };
    flows::offers::accept(app, &Actor::Guest, token, (consent, "Priimti ir užsakyti su prievole sumokėti")).await?;
    Ok(())
}
