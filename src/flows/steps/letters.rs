//! The words of a letter, made from ids at the moment it leaves.
//!
//! | template | data |
//! |---|---|
//! | `order_placed`, `order_confirmed`, `order_cancelled` | `order` |
//! | `order_shipped` | `order`, `shipment` |
//! | `inquiry_received` | `inquiry` |
//! | `inquiry_answer` | `inquiry`, `text` and `signed` as the manager wrote them |
//! | `login_link` | `link` (an address, or a path of the shop), `minutes` |

use serde_json::Value;

use crate::{
    crm,
    kernel::{Actor, App, Fault, Locale, Right},
    mail::{Due, Rendered},
    sales::{self, DeliveryKind, LineView, OrderView, ShipmentView, State, Transfer},
    stage::{
        Stage,
        letters::{
            self as page, AnswerLetter, BankTransfer, InquiryLetter, LoginLetter, OrderLetter, Parcel, ParcelLine, Sender, Sum,
            VatPart,
        },
    },
};

/// Renders a letter.
///
/// # Faults
/// What it is about is gone; the theme has no such letter.
pub(crate) async fn compose(app: &App, due: &Due) -> Result<Rendered, Fault> {
    let stage = app.port::<Stage>();
    let letter = match due.template.as_str() {
        "inquiry_received" => stage.letter(&due.template, due.locale, &inquiry(app, due).await?)?,
        "inquiry_answer" => stage.letter(&due.template, due.locale, &answer(app, due).await?)?,
        "login_link" => stage.letter(&due.template, due.locale, &login(app, due))?,
        _ => stage.letter(&due.template, due.locale, &about_order(app, due).await?)?,
    };
    Ok(Rendered { title: letter.subject, html: letter.html, plain: letter.text })
}

fn id<T: std::str::FromStr>(due: &Due, name: &'static str) -> Result<T, Fault> {
    let text = due.data.get(name).and_then(Value::as_str);
    text.and_then(|t| t.parse().ok()).ok_or_else(|| Fault::bug(format!("a letter {} without {name}", due.template)))
}

/// The shop as it signs; the links of a letter begin with its address.
pub fn sender(app: &App, locale: Locale) -> Sender {
    let settings = app.settings();
    let text = |key| settings.text(key).to_owned();
    let address = text("shop.address");
    Sender {
        name: text("shop.name"),
        company: text("shop.company"),
        code: text("shop.company_code"),
        vat_code: text("shop.vat_code"),
        address: address.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect(),
        email: text("shop.email"),
        phone: text("shop.phone"),
        url: format!("{}/{locale}/", text("shop.url")),
    }
}

async fn about_order(app: &App, due: &Due) -> Result<OrderLetter, Fault> {
    let scope = Actor::System.scope(Right::OrdersRead)?;
    let order = sales::order(app.reader(), &scope, id(due, "order")?).await?;
    let parcel = match due.data.get("shipment") {
        Some(_) => {
            let wanted = id(due, "shipment")?;
            order.shipments.iter().find(|s| s.id == wanted).map(parcel)
        }
        None => None,
    };
    let sender = sender(app, due.locale);
    let link = |path: &str| format!("{}{path}", sender.url);
    // Nothing but the first letter asks for money: what was paid since is not known here.
    let unpaid = order.state == State::Placed && due.template == "order_placed";
    let transfer = unpaid.then(|| bank(order.transfer(&app.settings()), &link(&format!("order/{}/qr.svg", order.token))));
    Ok(OrderLetter {
        withdrawal_url: link("page/withdrawal"),
        terms_url: link("page/terms"),
        order: told(&order, &sender),
        bank: transfer,
        parcel,
        locale: due.locale,
        sender,
    })
}

/// An order as its customer sees it; `sender.url` is where its links begin.
pub fn told(order: &OrderView, sender: &Sender) -> page::OrderView {
    let pickup = order.delivery.kind == DeliveryKind::Pickup;
    let (a, c) = (&order.address, &order.contact);
    let address = if pickup {
        sender.address.clone()
    } else {
        vec![a.street.clone(), format!("{} {}", a.postcode, a.city), a.country.clone()]
    };
    let cancelled = order.events.iter().rev().find(|e| e.step == "cancel").map(|e| e.reason.clone());
    page::OrderView {
        number: order.number.clone(),
        placed_at: order.placed_at,
        state: order.state.as_str().to_owned(),
        lines: order.lines.iter().map(line).collect(),
        sum: Sum {
            goods: order.goods,
            delivery: Some(order.delivery.gross),
            delivery_name: order.delivery.name.clone(),
            total: order.gross,
            vat: order.taxes.iter().map(|t| VatPart { rate: t.rate, vat: t.vat }).collect(),
        },
        name: c.name.clone(),
        email: c.email.clone(),
        phone: c.phone.clone(),
        address,
        pickup,
        payment: order.payment.as_str().to_owned(),
        note: c.note.clone(),
        url: format!("{}order/{}", sender.url, order.token),
        parcels: order.shipments.iter().map(parcel).collect(),
        reason: cancelled.unwrap_or_default(),
    }
}

fn line(line: &LineView) -> page::OrderLine {
    page::OrderLine {
        title: line.title.clone(),
        variant: line.variant_name.clone(),
        sku: line.sku.clone(),
        // The product may be called otherwise by now; a letter shows what was agreed.
        url: None,
        picture_hash: line.picture_hash.clone(),
        qty: line.qty,
        unit: line.unit.clone(),
        unit_price: line.unit_price,
        total: line.total,
        shipped: line.shipped,
    }
}

fn parcel(shipment: &ShipmentView) -> Parcel {
    let given = |text: &String| Some(text.clone()).filter(|t| !t.is_empty());
    let called = |title: &str, variant: &str| if variant.is_empty() { title.to_owned() } else { format!("{title}, {variant}") };
    Parcel {
        sent_at: shipment.shipped_at,
        carrier: shipment.carrier.clone(),
        tracking: given(&shipment.tracking),
        tracking_url: given(&shipment.tracking_url),
        lines: shipment
            .lines
            .iter()
            .map(|l| ParcelLine { title: called(&l.title, &l.variant_name), qty: l.qty, unit: l.unit.clone() })
            .collect(),
    }
}

/// The facts of a transfer for a page or letter.
pub fn bank(transfer: Transfer, qr_url: &str) -> BankTransfer {
    let qr_url = (!transfer.qr.is_empty()).then(|| qr_url.to_owned());
    BankTransfer {
        payee: transfer.recipient,
        bank: transfer.bank,
        iban: transfer.iban,
        amount: transfer.amount,
        reference: transfer.reference,
        due_at: Some(transfer.due_at),
        qr_svg: None,
        qr_url,
    }
}

async fn inquiry(app: &App, due: &Due) -> Result<InquiryLetter, Fault> {
    let scope = Actor::System.scope(Right::InquiriesRead)?;
    let view = crm::inquiry(app.reader(), &scope, id(due, "inquiry")?, app.now()).await?;
    let sender = sender(app, due.locale);
    let product_url = view.product_slug.as_ref().map(|slug| format!("{}p/{slug}", sender.url));
    Ok(InquiryLetter {
        locale: due.locale,
        name: due.to_name.clone(),
        product: view.row.product_title,
        product_url,
        message: view.text,
        answer_by: view.tasks.iter().map(|task| task.due_at).min(),
        sender,
    })
}

async fn answer(app: &App, due: &Due) -> Result<AnswerLetter, Fault> {
    let scope = Actor::System.scope(Right::InquiriesRead)?;
    let view = crm::inquiry(app.reader(), &scope, id(due, "inquiry")?, app.now()).await?;
    let sender = sender(app, due.locale);
    let written = |name: &str| due.data.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let product_url = view.product_slug.as_ref().map(|slug| format!("{}p/{slug}", sender.url));
    Ok(AnswerLetter {
        locale: due.locale,
        number: view.row.number,
        name: due.to_name.clone(),
        answer: written("text"),
        signed: written("signed"),
        product: view.row.product_title,
        product_url,
        message: view.text,
        sender,
    })
}

fn login(app: &App, due: &Due) -> LoginLetter {
    let link = due.data.get("link").and_then(Value::as_str).unwrap_or_default();
    let link = if link.starts_with('/') { format!("{}{link}", app.settings().text("shop.url")) } else { link.to_owned() };
    let minutes = due.data.get("minutes").and_then(Value::as_i64).unwrap_or(30);
    LoginLetter { sender: sender(app, due.locale), locale: due.locale, link, minutes }
}
