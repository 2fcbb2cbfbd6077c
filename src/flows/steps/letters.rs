//! The words of a letter, made from ids at the moment it leaves.
//!
//! | template | data |
//! |---|---|
//! | `order_placed`, `order_confirmed`, `order_cancelled` | `order` |
//! | `order_expired`, `payment_reminder` | `order` |
//! | `payment_received`, `payment_refunded` | `order`, `amount` |
//! | `order_shipped` | `order`, `shipment` |
//! | `inquiry_received` | `inquiry` |
//! | `inquiry_answer` | `inquiry`, `text` and `signed` as the manager wrote them |
//! | `document` | `document` |
//! | `offer` | `offer`, `version` |
//! | `contract`, `contract_accepted` | `contract`, `version` |
//! | `offer_answer` | `offer`, `question`, `signed` |
//! | `case` | `case`, `event`; `message` or `text` |
//! | `case_due` | `case`, `due_at`, `overdue` |
//! | `order_link` | `order` |
//! | `contract_answer` | `contract`, `question`, `signed` |
//! | `digest` | `user`, `since`, `until` |
//! | `login_link` | `link` (an address, or a path of the shop), `minutes` |

use serde_json::Value;

use crate::{
    content::{self, PageView},
    crm,
    documents::{self, Kind},
    flows::steps::{case_letters, contract_letters, links, news, settling},
    kernel::{Actor, App, Fault, Locale, Money, OrderId, Reads, Right},
    mail::{Due, Rendered},
    offers,
    payments::{self, Standing},
    sales::{self, DeliveryKind, LineView, OrderView, ShipmentView, State, Transfer},
    stage::{
        OfferAnswerLetter, OfferLetter, OfferLine, Returns, Stage,
        letters::{
            self as page, AnswerLetter, BankTransfer, DocumentLetter, InquiryLetter, LawText, LoginLetter, OrderLetter, Parcel,
            ParcelLine, Sender, Sum, SumDiscount, VatPart,
        },
        media_url,
    },
    tax::Treatment,
    translation,
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
        "document" => stage.letter(&due.template, due.locale, &document(app, due).await?)?,
        "offer" => stage.letter(&due.template, due.locale, &offer(app, due).await?)?,
        "contract" => stage.letter(&due.template, due.locale, &contract_letters::sent(app, due).await?)?,
        "contract_accepted" => stage.letter(&due.template, due.locale, &contract_letters::accepted(app, due).await?)?,
        "contract_answer" => stage.letter(&due.template, due.locale, &contract_letters::answered(app, due).await?)?,
        "offer_answer" => stage.letter(&due.template, due.locale, &offer_answer(app, due).await?)?,
        "case" => stage.letter(&due.template, due.locale, &case_letters::case(app, due).await?)?,
        "case_due" => stage.letter(&due.template, due.locale, &case_letters::pressing(app, due).await?)?,
        "order_link" => stage.letter(&due.template, due.locale, &case_letters::link(app, due).await?)?,
        "digest" => stage.letter(&due.template, due.locale, &news::letter(app, due).await?)?,
        "login_link" => stage.letter(&due.template, due.locale, &login(app, due))?,
        _ => stage.letter(&due.template, due.locale, &about_order(app, due).await?)?,
    };
    Ok(Rendered { title: letter.subject, html: letter.html, plain: letter.text })
}

pub(super) fn id<T: std::str::FromStr>(due: &Due, name: &'static str) -> Result<T, Fault> {
    let text = due.data.get(name).and_then(Value::as_str);
    text.and_then(|t| t.parse().ok()).ok_or_else(|| Fault::bug(format!("a letter {} without {name}", due.template)))
}

/// The shop as it signs; the links of a letter begin with its address.
pub(super) fn sender(app: &App, locale: Locale) -> Sender {
    Sender::of(&app.settings(), locale)
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
    let told = told(app, &order, due.locale);
    let standing = standing(app.reader(), order.id).await?;
    // Whatever letter asks for money asks for what is due when it is written.
    let asks = matches!(due.template.as_str(), "order_placed" | "payment_reminder" | "payment_received");
    let unpaid = asks && order.state != State::Cancelled && standing.ask.minor > 0;
    let transfer = unpaid.then(|| order.transfer(&app.settings(), standing.ask)).filter(|t| !t.iban.is_empty());
    let amount = due.data.get("amount").and_then(|a| serde_json::from_value(a.clone()).ok());
    let (mut law, mut urls) = (Vec::new(), Vec::new());
    for code in ["terms", "returns"] {
        let page = content::page_by_code(app.reader(), code, due.locale).await?;
        urls.push(page_url(app, page.as_ref(), due.locale));
        if due.template == "order_placed" {
            law.extend(page.map(|page| law_text(app, page)));
        }
    }
    let [terms_url, withdrawal_url] = urls.try_into().unwrap_or_default();
    Ok(OrderLetter {
        withdrawal_url,
        terms_url,
        law,
        bank: transfer.map(|transfer| BankTransfer {
            // Mail programs show no drawing inside a letter; the order's page draws it when asked.
            qr_url: (!transfer.epc.is_empty()).then(|| format!("{}/qr.svg", told.url)),
            ..bank(transfer)
        }),
        money: money(&standing, amount),
        order: told,
        parcel,
        locale: due.locale,
        sender: sender(app, due.locale),
    })
}

/// How an order's money stands.
///
/// # Faults
/// `sales.no_order`.
pub(crate) async fn standing(db: &impl Reads, order: OrderId) -> Result<Standing, Fault> {
    let account = sales::account(db, order).await?;
    Ok(settling::told(&account, payments::meant(db, order).await?).standing())
}

/// The same for the customer; `amount` is what came or went just now.
pub fn money(standing: &Standing, amount: Option<Money>) -> page::MoneyView {
    page::MoneyView {
        state: standing.state.as_str().to_owned(),
        received: standing.received,
        due: standing.due,
        ask: standing.ask,
        amount,
    }
}

/// The whole address of one of the shop's texts; of its home page while the text is not written.
fn page_url(app: &App, page: Option<&PageView>, locale: Locale) -> String {
    let own = page.map(|page| page.url.clone()).filter(|url| !url.ends_with('/'));
    format!("{}{}", page::home(&app.settings()), own.unwrap_or_else(|| format!("/{locale}/")))
}

fn law_text(app: &App, text: PageView) -> LawText {
    let html = text.body.replace("href=\"/", &format!("href=\"{}/", page::home(&app.settings())));
    LawText { title: text.title, plain: translation::lines(&html), html }
}

/// An order as its customer sees it, in a letter and on its own page; its address is absolute.
pub fn told(app: &App, order: &OrderView, locale: Locale) -> page::OrderView {
    let pickup = order.delivery.kind == DeliveryKind::Pickup;
    let sender = sender(app, locale);
    let c = &order.contact;
    let (goods, delivery) = order.shown();
    let cancelled = order.events.iter().rev().find(|e| e.step == "cancel").map(|e| e.reason.clone());
    // Goods that leave the Union go without VAT to consumers too.
    let business = order.net_total().is_some() && order.treatment != Treatment::Export;
    page::OrderView {
        number: order.number.clone(),
        placed_at: order.placed_at,
        state: order.state.as_str().to_owned(),
        lines: order.lines.iter().map(line).collect(),
        sum: Sum {
            goods,
            discount: order.discount.as_ref().map(|d| SumDiscount { code: d.code.clone(), amount: d.amount }),
            delivery: Some(delivery),
            delivery_name: order.delivery.name.clone(),
            total: order.gross,
            vat: order.taxes.iter().map(|t| VatPart { rate: t.rate, vat: t.vat }).collect(),
            net: order.net_total(),
            note: order.treatment.note(),
        },
        name: c.name.clone(),
        email: c.email.clone(),
        phone: c.phone.clone(),
        address: if pickup { sender.address } else { address(app, order, locale) },
        pickup,
        payment: order.payment.as_str().to_owned(),
        note: c.note.clone(),
        url: format!("{}order/{}", sender.url, order.token),
        parcels: order.shipments.iter().map(parcel).collect(),
        reason: cancelled.unwrap_or_default(),
        returns: Returns::of(
            order.lines.iter().map(|l| l.configured.as_ref().is_some_and(crate::showcase::Configured::made_to_choice)),
            business,
        ),
    }
}

/// Where it is brought, a line each; the country by its name.
fn address(app: &App, order: &OrderView, locale: Locale) -> Vec<String> {
    let a = &order.address;
    let country = app.port::<Stage>().text(locale, &format!("country.{}", a.country), &[]);
    let country = if country.starts_with("country.") { a.country.clone() } else { country };
    let town = format!("{} {}", a.postcode, a.city);
    let lines = [order.contact.company.as_str(), a.street.as_str(), town.trim(), country.as_str()];
    lines.into_iter().filter(|l| !l.is_empty()).map(str::to_owned).collect()
}

fn line(line: &LineView) -> page::OrderLine {
    page::OrderLine {
        title: line.title.clone(),
        variant: line.variant_name.clone(),
        sku: line.sku.clone(),
        // The product may be called otherwise by now; what was agreed is shown.
        url: None,
        picture_hash: line.picture_hash.clone(),
        qty: line.qty,
        unit: line.unit.clone(),
        unit_price: line.each,
        total: line.full(),
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
        // What staff pasted becomes a link only where it can be nothing else.
        tracking_url: given(&shipment.tracking_url).filter(|u| u.starts_with("https://")),
        lines: shipment
            .lines
            .iter()
            .map(|l| ParcelLine { title: called(&l.title, &l.variant_name), qty: l.qty, unit: l.unit.clone() })
            .collect(),
    }
}

/// The facts of the transfer that an order waits for, without the picture for telephones.
pub fn bank(transfer: Transfer) -> BankTransfer {
    BankTransfer {
        qr_svg: None,
        payee: transfer.recipient,
        bank: transfer.bank,
        iban: transfer.iban,
        amount: transfer.amount,
        reference: transfer.reference,
        due_at: Some(transfer.due_at),
        qr_url: None,
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

async fn document(app: &App, due: &Due) -> Result<DocumentLetter, Fault> {
    let document = documents::document(app.reader(), &Actor::System.scope(Right::DocumentsRead)?, id(due, "document")?).await?;
    let (sender, paper) = (sender(app, due.locale), document.paper);
    let order = document.row.order.ok_or_else(|| Fault::bug("a letter about a document of no order"))?;
    let order = sales::order(app.reader(), &Actor::System.scope(Right::OrdersRead)?, order).await?;
    let asks = matches!(paper.kind, Kind::PrepaymentInvoice | Kind::Invoice) && paper.due.minor > 0;
    let transfer = asks.then(|| Transfer::new(&app.settings(), paper.due, &order.reference, order.due_at));
    let transfer = transfer.filter(|t| !t.iban.is_empty());
    Ok(DocumentLetter {
        locale: due.locale,
        kind: paper.kind.as_str().to_owned(),
        untaxed: paper.untaxed,
        number: paper.number,
        name: due.to_name.clone(),
        order_number: order.number.clone(),
        url: format!("{}order/{}", sender.url, order.token),
        total: paper.gross,
        due: asks.then_some(paper.due),
        due_on: paper.due_on.filter(|_| asks),
        corrects: paper.corrects.as_ref().map(|c| c.number.clone()),
        reason: paper.corrects.map(|c| c.reason).unwrap_or_default(),
        bank: transfer.map(|t| BankTransfer { due_at: None, ..bank(t) }),
        sender,
    })
}

async fn offer(app: &App, due: &Due) -> Result<OfferLetter, Fault> {
    const FEW: usize = 4;
    let base = page::home(&app.settings()).to_owned();
    let db = app.reader();
    let found = offers::offer(db, &Actor::System.scope(Right::OffersRead)?, id(due, "offer")?).await?;
    let n = due.data.get("version").and_then(Value::as_i64).unwrap_or(found.version);
    let version = offers::version(db, found.id, n).await?;
    let drawn = &version.drawn;
    let done = super::offering::settle(drawn, &drawn.offered(), &crate::tax::rates(db).await?)?;
    let token = links::printed(app, &version).await?;
    let shop = |item| links::whole(&app.settings(), drawn.locale, item, &token);
    let line = |(taken, line): (&offers::Taken, &crate::showcase::Line)| OfferLine {
        url: drawn.item(taken.item).and_then(&shop),
        title: line.title.clone(),
        detail: line.variant_name.clone(),
        total: done.sums.items.get(&taken.item).map_or_else(|| line.shown(), |sum| sum.total),
        picture: line.picture_hash.as_deref().map(|hash| format!("{base}{}", media_url(hash, 160))),
    };
    let rows = done.taken.len();
    let sender = sender(app, due.locale);
    Ok(OfferLetter {
        locale: due.locale,
        number: found.number.clone().unwrap_or_default(),
        version: n,
        title: drawn.title.clone(),
        name: due.to_name.clone(),
        intro: drawn.intro.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect(),
        lines: done.taken.iter().zip(&done.settled.lines).take(FEW).map(line).collect(),
        more: i64::try_from(rows.saturating_sub(FEW)).unwrap_or(0),
        total: version.gross,
        until: version.expires_at.plus_seconds(-1),
        url: format!("{}offer/{}", sender.url, found.token.unwrap_or_default()),
        signed: drawn.manager.clone(),
        sender,
    })
}

async fn offer_answer(app: &App, due: &Due) -> Result<OfferAnswerLetter, Fault> {
    let db = app.reader();
    let found = offers::offer(db, &Actor::System.scope(Right::OffersRead)?, id(due, "offer")?).await?;
    let wanted: uuid::Uuid = id(due, "question")?;
    let all = offers::questions(db, found.id).await?;
    let asked = all.into_iter().find(|q| q.id == wanted).ok_or(offers::Fault::NoItem)?;
    let sender = sender(app, due.locale);
    Ok(OfferAnswerLetter {
        locale: due.locale,
        number: found.number.clone().unwrap_or_default(),
        name: due.to_name.clone(),
        answer: asked.answer,
        signed: due.data.get("signed").and_then(Value::as_str).unwrap_or_default().to_owned(),
        about: asked.about,
        question: asked.question,
        url: format!("{}offer/{}", sender.url, found.token.unwrap_or_default()),
        sender,
    })
}

fn login(app: &App, due: &Due) -> LoginLetter {
    let link = due.data.get("link").and_then(Value::as_str).unwrap_or_default();
    let link = if link.starts_with('/') { format!("{}{link}", page::home(&app.settings())) } else { link.to_owned() };
    let minutes = due.data.get("minutes").and_then(Value::as_i64).unwrap_or(30);
    LoginLetter { sender: sender(app, due.locale), locale: due.locale, link, minutes }
}
