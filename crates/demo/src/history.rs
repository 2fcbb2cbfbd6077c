//! Nine months of orders, thrown with the demo's own dice. The same world comes out every time;
//! all times are counted back from the day on which it is seeded.

use crate::dice::Dice;
use crate::goods::{Kind, Product, Unit, Variant};
use crate::people::{Customer, DeliveryMethod};

pub const DAYS: i64 = 270;

/// A moment of the past: so many days ago, at this minute of the day in Vilnius.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ago {
    pub days: i64,
    pub minute: i64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    Placed,
    Confirmed,
    PartShipped,
    Shipped,
    Delivered,
    Cancelled,
}

#[derive(Clone, Debug)]
pub struct OrderLine {
    pub sku: String,
    pub product: String,
    pub milli: i64,
    /// The gross price of one unit on the day of the order.
    pub unit_minor: i64,
}

#[derive(Clone, Debug)]
pub struct Order {
    pub customer: String,
    pub locale: String,
    pub lines: Vec<OrderLine>,
    pub delivery: String,
    pub delivery_minor: i64,
    /// Every state the order went through, the first is always `Placed`.
    pub steps: Vec<(State, Ago)>,
    /// The buyer's remark.
    pub remark: Option<String>,
    /// Paid so long ago, by transfer.
    pub paid: Option<Ago>,
}

impl Order {
    pub fn placed(&self) -> Ago {
        self.steps[0].1
    }

    pub fn state(&self) -> State {
        self.steps[self.steps.len() - 1].0
    }
}

/// Orders from the oldest to the newest.
pub fn orders(products: &[Product], customers: &[Customer], methods: &[DeliveryMethod]) -> Vec<Order> {
    let mut dice = Dice::seeded(0x0a2_0c1e_u64);
    let mut out = Vec::new();
    for day in (0..DAYS).rev() {
        for _ in 0..how_many(&mut dice, day) {
            if let Some(order) = order(&mut dice, day, products, customers, methods) {
                out.push(order);
            }
        }
    }
    ongoing(&mut out);
    out
}

/// The dice leave little on the way on the day of the demo; a shop at work has some of everything:
/// new orders to look at, parcels with the carrier, and one that goes in two parts.
fn ongoing(orders: &mut [Order]) {
    let newest = |orders: &[Order], wanted: State, fits: fn(&Order) -> bool, most: usize| -> Vec<usize> {
        let all = (0..orders.len()).rev().filter(|n| orders[*n].state() == wanted && fits(&orders[*n]));
        all.take(most).collect()
    };
    for n in newest(orders, State::Delivered, |o| o.steps.last().is_some_and(|s| s.1.days < 12), 4) {
        orders[n].steps.pop();
    }
    for n in newest(orders, State::Confirmed, |o| o.placed().days < 2, 1) {
        orders[n].steps.pop();
        orders[n].paid = None;
    }
    for n in newest(orders, State::Confirmed, |o| o.lines.len() > 1 && o.placed().days > 9, 2) {
        orders[n].steps.push((State::PartShipped, Ago { days: 1 + i64::from(n.is_multiple_of(2)), minute: 11 * 60 }));
    }
}

/// Busier when the showroom had its fair (about 60 days ago) and before a feast (about 150),
/// every seventh day closed, and growing slowly over the nine months.
fn how_many(dice: &mut Dice, day: i64) -> i64 {
    let growth = (DAYS - day) / 9;
    let wave = if (52..66).contains(&day) || (146..158).contains(&day) { 55 } else { 0 };
    let rest = if day % 7 == 3 { -45 } else { 0 };
    let percent = 62 + growth + wave + rest;
    i64::from(dice.chance(percent.min(100))) + i64::from(dice.chance((percent - 40).max(2)))
}

fn order(dice: &mut Dice, day: i64, products: &[Product], customers: &[Customer], methods: &[DeliveryMethod]) -> Option<Order> {
    let known: Vec<&Customer> = customers.iter().filter(|customer| customer.since >= day).collect();
    if known.is_empty() {
        return None;
    }
    // Somebody who came that very day came to buy.
    let new = customers.iter().find(|customer| customer.since == day);
    let weights: Vec<i64> = known.iter().map(|customer| customer.weight).collect();
    let customer = new.unwrap_or_else(|| known[dice.weighted(&weights)]);
    let lines = lines(dice, day, products, customer);
    let (grams, longest) = burden(products, &lines);
    let sum = lines.iter().map(|line| line.unit_minor * line.milli / 1000).sum();
    let (delivery, delivery_minor) = delivery(dice, methods, customer, (grams, longest, sum))?;
    let placed = Ago { days: day, minute: dice.between(8 * 60, 22 * 60) };
    let made = lines.iter().filter_map(|line| find(products, &line.sku).and_then(|variant| variant.lead_days)).max();
    let steps = steps(dice, placed, made.unwrap_or(1), lines.len());
    let cancelled = steps.iter().any(|step| step.0 == State::Cancelled);
    let paid_day = placed.days - dice.between(0, 2);
    let paid =
        (!cancelled && paid_day >= 0 && steps.len() > 1).then(|| Ago { days: paid_day, minute: placed.minute.max(11 * 60) + 5 });
    Some(Order {
        customer: customer.key.clone(),
        locale: customer.locale.clone(),
        lines,
        delivery,
        delivery_minor,
        steps,
        remark: remark(dice, &customer.locale),
        paid,
    })
}

fn find<'a>(products: &'a [Product], sku: &str) -> Option<&'a Variant> {
    products.iter().flat_map(|product| &product.variants).find(|variant| variant.sku == sku)
}

fn lines(dice: &mut Dice, day: i64, products: &[Product], customer: &Customer) -> Vec<OrderLine> {
    let company = customer.company.is_some();
    let weights: Vec<i64> = products.iter().map(|product| popularity(product, company)).collect();
    let wanted = [1, 1, 2, 2, 3, 4][dice.weighted(&[30, 14, 26, 12, 12, 6])];
    let mut out: Vec<OrderLine> = Vec::new();
    for _ in 0..wanted {
        let product = &products[dice.weighted(&weights)];
        add(dice, day, product, company, &mut out);
        // Who buys oak often takes what keeps it well.
        if let Some(first) = product.accessories.first().filter(|_| dice.chance(30)) {
            let extra = products.iter().find(|candidate| candidate.key == *first);
            if let Some(extra) = extra {
                add(dice, day, extra, false, &mut out);
            }
        }
    }
    out
}

fn add(dice: &mut Dice, day: i64, product: &Product, company: bool, out: &mut Vec<OrderLine>) {
    let variant = &product.variants[dice.between(0, product.variants.len() as i64 - 1) as usize];
    if out.iter().any(|line| line.sku == variant.sku) {
        return;
    }
    out.push(OrderLine {
        sku: variant.sku.clone(),
        product: product.key.clone(),
        milli: quantity(dice, product, company),
        unit_minor: variant.price_at(day),
    });
}

fn popularity(product: &Product, company: bool) -> i64 {
    let weight = match &*product.category {
        "dining-tables" | "chairs" => 7,
        "cushions" | "care" | "table-linen" => 9,
        "wall-shelves" | "pendants" | "table-lamps" | "tableware" => 6,
        "timber" | "fabric" | "at-home" | "workshop" => 3,
        _ => 4,
    };
    let wholesale = matches!(&*product.category, "chairs" | "dining-tables" | "writing-desks" | "pendants" | "fabric");
    weight + if company && wholesale { 8 } else { 0 }
}

fn quantity(dice: &mut Dice, product: &Product, company: bool) -> i64 {
    match (product.unit, &*product.category) {
        (Unit::Metre, _) => dice.between(2, 24) * 500,
        (Unit::SquareMetre, _) => dice.between(4, 36) * 100,
        (Unit::Hour, _) => dice.between(1, 3) * 1000,
        (_, "chairs") if company => dice.between(4, 16) * 1000,
        (_, "chairs") => [2, 4, 6][dice.weighted(&[4, 5, 2])] * 1000,
        (_, "cushions" | "pendants" | "benches") => dice.between(1, if company { 6 } else { 3 }) * 1000,
        (_, "writing-desks") if company => dice.between(1, 5) * 1000,
        _ => 1000,
    }
}

/// Weight in grams and the longest side in millimetres.
fn burden(products: &[Product], lines: &[OrderLine]) -> (i64, i64) {
    let mut grams = 0;
    let mut longest = 0;
    for line in lines {
        let Some(product) = products.iter().find(|product| product.key == line.product) else {
            continue;
        };
        let Some(variant) = find(products, &line.sku) else {
            continue;
        };
        grams += variant.weight_grams * line.milli / 1000;
        if product.kind == Kind::Goods && variant.weight_grams > 3000 {
            longest = longest.max(if variant.weight_grams > 12_000 { 1600 } else { 900 });
        }
    }
    (grams, longest)
}

fn delivery(dice: &mut Dice, methods: &[DeliveryMethod], customer: &Customer, load: (i64, i64, i64)) -> Option<(String, i64)> {
    let (grams, longest, sum) = load;
    let fits: Vec<(&DeliveryMethod, i64)> = methods
        .iter()
        .filter(|method| method.max_length.is_none_or(|max| longest <= max))
        .filter(|method| method.kind != "furniture" || longest > 0)
        .filter(|method| method.postal.is_empty() || method.postal.iter().any(|start| customer.post_code.starts_with(start)))
        .filter_map(|method| method.price(&customer.country, grams, sum).map(|price| (method, price)))
        .collect();
    let near = customer.city == "Vilnius";
    let weights: Vec<i64> = fits
        .iter()
        .map(|(method, _)| match (&*method.kind, near) {
            ("pickup", true) => 3,
            ("pickup", false) => 1,
            _ => 6,
        })
        .collect();
    let (method, price) = fits.get(dice.weighted(&weights))?;
    Some((method.key.clone(), *price))
}

fn steps(dice: &mut Dice, placed: Ago, making: i64, lines: usize) -> Vec<(State, Ago)> {
    let mut steps = vec![(State::Placed, placed)];
    let mut day = placed.days - dice.between(0, 1);
    let push = |steps: &mut Vec<(State, Ago)>, state: State, day: i64, dice: &mut Dice| {
        // What would lie in the future has not happened yet.
        if day < 0 || (day == 0 && state != State::Placed) {
            return false;
        }
        let (_, last) = steps[steps.len() - 1];
        let earliest = if last.days == day { last.minute + 7 } else { 8 * 60 };
        steps.push((state, Ago { days: day, minute: earliest + dice.between(0, 90) }));
        true
    };
    if dice.chance(6) {
        push(&mut steps, State::Cancelled, day, dice);
        return steps;
    }
    if !push(&mut steps, State::Confirmed, day, dice) {
        return steps;
    }
    day -= making + dice.between(0, 4);
    if lines > 2 && dice.chance(35) {
        if !push(&mut steps, State::PartShipped, day, dice) {
            return steps;
        }
        day -= dice.between(3, 12);
    }
    if push(&mut steps, State::Shipped, day, dice) {
        day -= dice.between(1, 5);
        push(&mut steps, State::Delivered, day, dice);
    }
    steps
}

fn remark(dice: &mut Dice, locale: &str) -> Option<String> {
    let texts: &[&str] = match locale {
        "lt" => &[
            "Skambinkite prieš atvažiuodami, kieme užtvaras.",
            "Trečias aukštas, lifto nėra.",
            "Prašyčiau pristatyti po 17 val.",
            "Jei galima, parinkite ramesnį medžio raštą.",
            "Dovana – kainų į dėžę nedėkite.",
            "Sąskaitą prašome siųsti ir buhalterijai.",
        ],
        "de" => &["Bitte vorher anrufen.", "Lieferung bitte an den Hintereingang.", "Gern eine ruhige Maserung."],
        _ => &["Please phone before you come.", "Third floor, no lift.", "A calm grain, if you can choose."],
    };
    dice.chance(22).then(|| texts[dice.between(0, texts.len() as i64 - 1) as usize].to_string())
}
