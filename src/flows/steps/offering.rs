//! Drawing an offer: what its manager wrote, in the customer's language and at the customer's prices;
//! and what a choice of it comes to. Page, document and order all come through here.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::{floors, offer_words};
use crate::{
    access,
    channels::{self, Channel, TaxDisplay},
    configure::{self, Configurator},
    kernel::{App, Fault, Moment, Money, PartyId, ProductId, Qty, Rate, Reads, UnitAmount},
    offers::{
        self, Buyer, Choice, Delivery, Drawn, DrawnItem, DrawnSection, Facts, Hand, Item, ItemSum, Offer, Sums, Taken, What,
        Written,
    },
    pricing::{Below, ByHand, Floor},
    sales::{self, Address, Contact, DeliveryKind, Load, Quote, Settled, Tariffs},
    showcase::{self, Channelled, Components, Line, ProductCard, Viewer, Words},
    tax::{self, Rates, Sale},
    translation,
};

/// What an offer is drawn with: asked once, whatever its length.
pub(crate) struct Board {
    pub channel: Channel,
    pub viewer: Viewer,
    pub tariffs: Tariffs,
    buyer: tax::Buyer,
    cards: HashMap<ProductId, ProductCard>,
    by: HashMap<ProductId, Configurator>,
    components: Components,
    manager: String,
}

impl Board {
    /// # Faults
    /// Whatever the database says.
    pub(crate) async fn open(db: &impl Reads, offer: &Offer, now: Moment) -> Result<Self, Fault> {
        let (channel, viewer, buyer) = view(db, offer, now).await?;
        let products = offer.content.products();
        let cards = showcase::cards(db, &products, &viewer).await?;
        let by = configure::all_in_force(db, &products).await?;
        let components = showcase::components(db, by.iter().map(|by| &by.definition), &viewer).await?;
        let manager = match offer.manager {
            Some(user) => access::names(db).await?.remove(&user),
            None => None,
        };
        Ok(Self {
            tariffs: Tariffs::read(db).await?,
            cards: cards.into_iter().map(|card| (card.product, card)).collect(),
            by: by.into_iter().map(|by| (by.product, by)).collect(),
            manager: manager.unwrap_or_default(),
            channel,
            viewer,
            buyer,
            components,
        })
    }
}

/// How an offer's customer looks at the catalogue.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn view(db: &impl Reads, offer: &Offer, now: Moment) -> Result<(Channel, Viewer, tax::Buyer), Fault> {
    let channel = channels::by_id(db, offer.channel).await?;
    let channel = channel.in_currency(offer.currency).unwrap_or(channel);
    let buyer = tax::buyer(db, offer.party).await?;
    let viewer = channel.viewer(offer.locale, now).by(Some(offer.party), buyer.net);
    Ok((channel, viewer, buyer))
}

/// The offer as it reads at this moment. Rows that cannot be had say why; nothing is refused here.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn draw(db: &impl Reads, offer: &Offer, board: &Board) -> Result<Drawn, Fault> {
    let content = &offer.content;
    let mut sections: Vec<DrawnSection> = Vec::with_capacity(content.sections.len());
    for section in &content.sections {
        let items = section.items.iter().map(|item| board.item(item)).collect();
        let (id, title, note) = (section.id, section.title.clone(), section.note.clone());
        sections.push(DrawnSection { id, title, note, off: section.off, items });
    }
    let lines: Vec<&Line> = sections.iter().flat_map(|s| &s.items).filter_map(|i| i.line.as_ref()).collect();
    let costs = floors::costs(db, &lines).await?;
    let rows = sections.iter_mut().flat_map(|s| &mut s.items).filter(|i| i.line.is_some());
    for (item, cost) in rows.zip(costs) {
        item.cost = cost;
    }
    let first = sections.iter().flat_map(|s| &s.items).find_map(|i| i.line.as_ref()?.picture_hash.clone());
    let mut drawn = Drawn {
        locale: offer.locale,
        currency: board.viewer.currency,
        tax: board.viewer.tax,
        title: offer.title.clone(),
        buyer: content.buyer.clone(),
        manager: board.manager.clone(),
        intro: content.intro.clone(),
        closing: content.closing.clone(),
        terms: content.terms.clone(),
        cover: Some(content.cover.clone()).filter(|c| !c.is_empty()).or(first).unwrap_or_default(),
        sections,
        off: content.off,
        delivery: None,
        deposit: content.deposit,
        facts: board.facts(&content.buyer),
        written_in: offer.is_translated().then_some(offer.written_in),
        unread: false,
    };
    drawn.delivery = board.delivery(offer, &drawn)?;
    if offer.is_translated() {
        let texts = translation::texts_of(db, &offer_words::spoken(offer)).await?;
        drawn.speak(offer.id, |entity, field| texts.exact(entity, field, offer.locale).map(|text| text.value.clone()));
    }
    Ok(drawn)
}

impl Board {
    fn item(&self, item: &Item) -> DrawnItem {
        let mut drawn = DrawnItem {
            id: item.id,
            line: None,
            problem: String::new(),
            title: String::new(),
            note: item.note.clone(),
            teaser: String::new(),
            told: Vec::new(),
            slug: String::new(),
            range: item.range,
            optional: item.optional,
            picked: item.picked,
            group: item.group.clone(),
            off: item.off,
            cost: None,
        };
        let line = match &item.what {
            What::Note { text } => {
                drawn.title.clone_from(text);
                return drawn;
            }
            What::Written(written) => {
                drawn.title.clone_from(&written.title);
                self.written(written, item)
            }
            What::Goods(goods) => {
                let Some(card) = self.cards.get(&goods.product) else {
                    "gone".clone_into(&mut drawn.problem);
                    return drawn;
                };
                drawn.title.clone_from(&card.title);
                drawn.teaser.clone_from(&card.teaser);
                drawn.slug.clone_from(&card.slug);
                drawn.told = card.facts.iter().map(|f| (f.name.clone(), f.value.clone())).collect();
                match self.by.get(&goods.product) {
                    Some(by) => Line::configured(card, by, (&goods.chosen, item.qty), &self.components).map_err(|_| "choice"),
                    None => Line::freeze(card, goods.variant, item.qty).map_err(|_| "gone"),
                }
            }
        };
        let line = line.and_then(|line| match &item.hand {
            Some(hand) => by_hand(line, hand).map_err(|_| "price"),
            None => Ok(line),
        });
        match line {
            Ok(line) => drawn.line = Some(line),
            Err(problem) => problem.clone_into(&mut drawn.problem),
        }
        drawn
    }

    fn written(&self, written: &Written, item: &Item) -> Result<Line, &'static str> {
        let home = &self.channel.country;
        let rate = self.tariffs.rates().charged(home, &written.vat_category, self.viewer.at).map_err(|_| "tax")?;
        if written.price.currency != self.viewer.currency {
            return Err("currency");
        }
        let words = Words {
            title: written.title.clone(),
            unit: written.unit.clone(),
            price: written.price,
            vat_category: written.vat_category.clone(),
            rate,
            locale: self.viewer.locale,
        };
        Line::written(words, item.qty, self.viewer.tax).map_err(|_| "price")
    }

    fn facts(&self, buyer: &Buyer) -> Facts {
        let (contact, address) = (contact(buyer), address(buyer));
        let home = &self.channel.country;
        let to = Some(&address).filter(|a| !a.country.is_empty());
        let (sale, relied) = sales::sale_of(home, to, None, (Some(&contact), &self.buyer), self.viewer.at);
        Facts {
            seller: home.clone(),
            destination: sale.destination.to_owned(),
            business: sale.business,
            vat_country: sale.vat_country.map(str::to_owned),
            buyer_vat: relied.map(|code| code.as_str().to_owned()).unwrap_or_default(),
            at: self.viewer.at,
        }
    }

    /// The ways of delivery for what is offered, in the office's order.
    ///
    /// # Faults
    /// `tax.no_rate`.
    pub(crate) fn ways(&self, offer: &Offer, drawn: &Drawn) -> Result<Vec<Quote>, Fault> {
        let taken = drawn.take(&drawn.offered())?;
        let mut load = Load {
            country: Some(offer.content.buyer.country.clone()).filter(|c| !c.is_empty()).unwrap_or(self.channel.country.clone()),
            grams: 0,
            goods: Money::zero(self.viewer.currency),
        };
        for one in &taken {
            let grams = one.line.weight_g.unwrap_or(0).saturating_mul(one.line.qty.0) / 1000;
            load.grams = load.grams.saturating_add(grams);
            load.goods.minor = load.goods.minor.saturating_add(one.line.total_gross.minor);
        }
        self.tariffs.quotes(&load, offer.locale, &self.channel.country, self.viewer.at)
    }

    /// The way that was chosen, else the first that brings it; at a price by hand where there is one.
    fn delivery(&self, offer: &Offer, drawn: &Drawn) -> Result<Option<Delivery>, Fault> {
        let freight = &offer.content.freight;
        let mut ways = self.ways(offer, drawn)?;
        let chosen = freight.method.and_then(|method| ways.iter().position(|q| q.method == method));
        let at = chosen.or_else(|| ways.iter().position(|q| !q.is_pickup())).unwrap_or(0);
        if ways.is_empty() {
            return Ok(None);
        }
        let quote = ways.swap_remove(at);
        let gross = freight.price.filter(|p| p.currency == quote.gross.currency).unwrap_or(quote.gross);
        Ok(Some(Delivery {
            method: quote.method,
            code: quote.code,
            kind: quote.kind.as_str().to_owned(),
            name: quote.name,
            gross,
            net: tax::net_of(gross, quote.rate)?,
            rate: quote.rate,
            vat_category: quote.vat_category,
            days: quote.days,
        }))
    }
}

/// A price by hand takes the place of the shop's; what it would have cost stays beside it.
fn by_hand(line: Line, hand: &Hand) -> Result<Line, Fault> {
    let gross = match line.tax {
        TaxDisplay::Gross => Some(hand.unit),
        TaxDisplay::Net => showcase::with_vat(hand.unit, line.rate),
    };
    let unit = gross.ok_or(showcase::Fault::TooLarge)?;
    let wish = ByHand { unit, reason: hand.reason.clone() };
    // Whether it may go below the floor is asked when the offer is made ready.
    let floor = Floor { cost: None, least: Rate::ZERO };
    let list = line.list_gross.unwrap_or(line.unit_gross);
    let manual = wish.judge((list, list), &floor, Below::Allowed)?;
    let goods = line.of_catalogue();
    let mut line = line.by_hand(&manual)?;
    if line.tax == TaxDisplay::Net {
        line = line.priced(hand.unit)?;
    }
    // Words have no price of a list that they would differ from.
    line.list_gross = line.list_gross.filter(|_| goods);
    Ok(line)
}

/// A choice with all its sums.
#[derive(Clone, Debug)]
pub(crate) struct Settlement {
    pub taken: Vec<Taken>,
    pub settled: Settled,
    pub sums: Sums,
}

/// What a choice comes to.
///
/// # Faults
/// [`offers::Fault::Empty`] when nothing is taken; what [`Drawn::take`] says.
pub(crate) fn settle(drawn: &Drawn, choice: &Choice, rates: &Rates) -> Result<Settlement, Fault> {
    settle_taken(drawn, drawn.take(choice)?, rates)
}

fn settle_taken(drawn: &Drawn, taken: Vec<Taken>, rates: &Rates) -> Result<Settlement, Fault> {
    if taken.is_empty() {
        return Err(offers::Fault::Empty.into());
    }
    let delivery = drawn.delivery.as_ref().map(quote).transpose()?;
    let lines = taken.iter().map(|one| one.line.clone()).collect();
    let settled = sales::settle(lines, delivery, &sale(&drawn.facts, drawn.delivery.as_ref()), rates)?;
    let sums = Sums::of(&taken, &settled.lines, drawn.sections.len(), Money::zero(drawn.currency));
    Ok(Settlement { taken, settled, sums })
}

/// Goods that are fetched are sold where they are fetched.
fn sale<'a>(facts: &'a Facts, delivery: Option<&Delivery>) -> Sale<'a> {
    let fetched = delivery.is_some_and(|d| d.kind == DeliveryKind::Pickup.as_str());
    Sale {
        seller: &facts.seller,
        destination: if fetched { &facts.seller } else { &facts.destination },
        business: facts.business,
        vat_country: facts.vat_country.as_deref(),
        at: facts.at,
    }
}

pub(crate) fn quote(of: &Delivery) -> Result<Quote, Fault> {
    Ok(Quote {
        method: of.method,
        code: of.code.clone(),
        kind: of.kind.parse().map_err(Fault::bug)?,
        name: of.name.clone(),
        note: String::new(),
        gross: of.gross,
        net: of.net,
        free: of.gross.is_zero(),
        to_free: None,
        rate: of.rate,
        vat_category: of.vat_category.clone(),
        days: of.days,
    })
}

pub(crate) fn contact(buyer: &Buyer) -> Contact {
    let b = buyer.clone();
    Contact {
        name: if b.name.is_empty() { b.company.clone() } else { b.name },
        email: b.email,
        phone: b.phone,
        company: b.company,
        company_code: b.company_code,
        vat_code: b.vat_code,
        note: String::new(),
    }
}

pub(crate) fn address(buyer: &Buyer) -> Address {
    let b = buyer.clone();
    Address { street: b.street, city: b.city, postcode: b.postcode, country: b.country }
}

/// Everything that an offer's texts may name.
pub(crate) const FIELDS: [&str; 10] =
    ["contact", "customer", "company", "city", "number", "title", "manager", "total", "valid_until", "shop"];

/// The same with what is known.
pub(crate) fn fields(app: &App, drawn: &Drawn, number: &str, (gross, until): (Money, Moment)) -> BTreeMap<&'static str, String> {
    let stage = app.port::<crate::stage::Stage>();
    let (b, voice) = (&drawn.buyer, stage.voice(drawn.locale));
    let customer = if b.company.is_empty() { &b.name } else { &b.company };
    let shop = app.settings().text("shop.name").to_owned();
    BTreeMap::from([
        ("customer", customer.clone()),
        ("contact", b.name.clone()),
        ("company", b.company.clone()),
        ("city", b.city.clone()),
        ("number", number.to_owned()),
        ("title", drawn.title.clone()),
        // What nobody in particular made is the shop's.
        ("manager", if drawn.manager.is_empty() { shop.clone() } else { drawn.manager.clone() }),
        ("total", voice.money(gross)),
        ("valid_until", voice.day(&until.date().to_string())),
        ("shop", shop),
    ])
}

/// The customer's card as the beginning of an offer's own.
///
/// # Faults
/// `parties.not_found`.
pub(crate) async fn buyer_of(db: &impl Reads, party: PartyId, home: &str) -> Result<Buyer, Fault> {
    let card = crate::parties::myself(db, party).await?;
    let address = card.addresses.first();
    let of = |text: &Option<String>| text.clone().unwrap_or_default();
    Ok(Buyer {
        name: card.name.clone(),
        email: of(&card.email),
        phone: of(&card.phone),
        company: of(&card.company),
        company_code: of(&card.company_code),
        vat_code: of(&card.vat_code),
        street: address.map(|a| a.street.clone()).unwrap_or_default(),
        city: address.map(|a| a.city.clone()).unwrap_or_default(),
        postcode: address.map(|a| a.postcode.clone()).unwrap_or_default(),
        country: address.map_or_else(|| home.to_owned(), |a| a.country.clone()),
    })
}

/// A row as it is shown, taken or not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    pub each: UnitAmount,
    pub qty: Qty,
    pub sum: ItemSum,
    pub taken: bool,
}

/// Every row with its price: those that are taken as they were settled, the others as they would be.
///
/// # Faults
/// As [`settle`].
pub(crate) fn shown(drawn: &Drawn, done: &Settlement, rates: &Rates) -> Result<BTreeMap<Uuid, Shown>, Fault> {
    let all = settle_taken(drawn, drawn.everything()?, rates)?;
    let mut rows = BTreeMap::new();
    for (of, taken) in [(&all, false), (done, true)] {
        for (one, line) in of.taken.iter().zip(&of.settled.lines) {
            let Some(sum) = of.sums.items.get(&one.item).copied() else { continue };
            rows.insert(one.item, Shown { each: line.each(), qty: line.qty, sum, taken });
        }
    }
    Ok(rows)
}
