//! Cart, checkout, order.

use vitrina::{
    kernel::{Fault, Moment, Money, Qty, Rate},
    showcase::Availability,
    stage::{
        Returns, Sample,
        letters::{BankTransfer, MoneyView, OrderView, Sum, SumDiscount, VatPart},
    },
};

use super::{super::*, own, wrong};

fn sum(delivery: Option<i64>) -> Sum {
    Sum {
        goods: Money::eur(278_400),
        discount: None,
        delivery: delivery.map(Money::eur),
        delivery_name: if delivery.is_some() { "Pristatymas ir užnešimas".into() } else { String::new() },
        total: Money::eur(278_400 + delivery.unwrap_or_default()),
        vat: vec![VatPart { rate: Rate::percent(21), vat: Money::eur(48_317) }],
        net: None,
        note: String::new(),
    }
}

fn receipt(delivery: Option<i64>) -> Receipt {
    let line = |title: &str, variant: &str, hash: &str, pieces, price| ReceiptLine {
        title: title.into(),
        variant: variant.into(),
        picture_hash: Some(hash.into()),
        qty: Qty::pieces(pieces),
        unit: "piece".into(),
        unit_price: Money::eur(price).into(),
        why: (pieces > 1).then(|| super::goods::why(Some(Qty::pieces(pieces)))),
        total: Money::eur(price * pieces),
    };
    Receipt {
        lines: vec![
            line("Valgomojo stalas „Giria“", "180 × 90 cm, Alyvuotas ąžuolas", "a1", 1, 129_000),
            line("Kėdė „Virvė“", "Balintas ąžuolas", "a2", 6, 24_900),
        ],
        sum: sum(delivery),
        code: CodeBox::default(),
        returns: Returns::None,
    }
}

/// The same sum with a code that takes something off.
fn with_code(sum: Sum) -> Sum {
    let amount = Money::eur(27_840);
    let total = Money::eur(sum.total.minor - amount.minor);
    Sum { discount: Some(SumDiscount { code: "RUDUO10".into(), amount }), total, ..sum }
}

fn cart() -> CartPage {
    let line = |id: &str, title: &str, variant: &str, hash: &str, pieces, price, availability| CartLine {
        id: id.into(),
        title: title.into(),
        variant: variant.into(),
        url: "/lt/p/preke".into(),
        picture_hash: Some(hash.into()),
        qty: Qty::pieces(pieces),
        whole: true,
        unit: "piece".into(),
        unit_price: Money::eur(price).into(),
        why: (pieces > 1).then(|| super::goods::why(Some(Qty::pieces(pieces)))),
        total: Money::eur(price * pieces),
        availability,
        problem: String::new(),
        most: None,
    };
    CartPage {
        page: own("Krepšelis", "/lt/cart"),
        lines: vec![
            line(
                "1",
                "Valgomojo stalas „Giria“",
                "180 × 90 cm, Alyvuotas ąžuolas",
                "a1",
                1,
                129_000,
                Availability::MadeToOrder { days: 35 },
            ),
            line("2", "Kėdė „Virvė“", "Balintas ąžuolas", "a2", 6, 24_900, Availability::InStock),
        ],
        sum: sum(None),
        code: CodeBox::default(),
        returns: Returns::Some,
        ready: true,
    }
}

fn cart_with_code() -> CartPage {
    let code = CodeBox { held: Some("RUDUO10".into()), ..CodeBox::default() };
    CartPage { sum: with_code(sum(None)), code, ..cart() }
}

fn cart_with_stale_code() -> CartPage {
    let problem = "Kodas nebegalioja.".into();
    CartPage { code: CodeBox { held: Some("RUDUO10".into()), problem, ..CodeBox::default() }, ..cart() }
}

fn cart_with_problems() -> CartPage {
    let mut cart = cart();
    cart.lines[0].problem = "gone".into();
    cart.lines[1].problem = "fewer".into();
    cart.lines[1].most = Some(Qty::pieces(4));
    CartPage { ready: false, ..cart }
}

fn contact() -> ContactForm {
    ContactForm {
        name: "Rūta Žemaitė".into(),
        email: "ruta@demo.test".into(),
        phone: "+370 600 00002".into(),
        street: "Ąžuolų g. 12-4".into(),
        city: "Vilnius".into(),
        post_code: "LT-08217".into(),
        country: "LT".into(),
        note: "Trečias aukštas, lifto nėra.".into(),
        ..ContactForm::default()
    }
}

pub(super) fn countries() -> Vec<Choice> {
    [("LT", "Lietuva"), ("LV", "Latvija"), ("EE", "Estija"), ("PL", "Lenkija"), ("DE", "Vokietija")]
        .iter()
        .map(|(code, name)| Choice { value: (*code).into(), label: (*name).into(), chosen: *code == "LT" })
        .collect()
}

fn deliveries() -> CheckoutDeliveryPage {
    let way = |id: &str, name: &str, text: &str, minor, (from, to), pickup, chosen| DeliveryChoice {
        id: id.into(),
        name: name.into(),
        text: text.into(),
        price: Money::eur(minor),
        free: minor == 0,
        days_min: from,
        days_max: to,
        pickup,
        chosen,
    };
    CheckoutDeliveryPage {
        page: own("Pristatymas", "/lt/checkout/delivery"),
        methods: vec![
            way(
                "1",
                "Baldų furgonas: Vilnius iki 30 km",
                "Dviese įnešame į kambarį ir išsivežame pakuotes. Laiką suderiname iš anksto.",
                4_900,
                (2, 7),
                false,
                true,
            ),
            way(
                "2",
                "Atsiimti salone",
                "Dirbtuvių g. 7, Vilnius. Parašysime, kai užsakymas bus paruoštas.",
                0,
                (0, 2),
                true,
                false,
            ),
        ],
        address: "Ąžuolų g. 12-4, LT-08217 Vilnius".into(),
        receipt: receipt(None),
    }
}

fn payment() -> CheckoutPaymentPage {
    CheckoutPaymentPage {
        page: own("Apmokėjimas", "/lt/checkout/payment"),
        payments: vec![PaymentChoice { code: "bank_transfer".into(), chosen: true }],
        contact: contact(),
        address: vec!["Ąžuolų g. 12-4".into(), "LT-08217 Vilnius".into(), "Lietuva".into()],
        pickup: false,
        receipt: receipt(Some(4_900)),
        guarantee: Some(GuaranteeNotice { picture: None, url: "/lt/page/garantija".into() }),
        key: "k2".into(),
        seen: "283300".into(),
    }
}

pub(super) const NOON: Moment = Moment(1_795_514_400_000);

fn document(kind: &str, number: &str, total: Money, ready: bool) -> DocumentLink {
    let file = |form: &str| format!("/lt/order/abc/documents/1.{form}");
    DocumentLink {
        kind: kind.into(),
        number: number.into(),
        issued_at: NOON.plus_days(2),
        total,
        pdf: ready.then(|| file("pdf")),
        xml: Some(file("xml")),
    }
}

fn order(order: OrderView, bank: Option<BankTransfer>) -> OrderPage {
    let chapter = |code: &str, at: Option<Moment>, detail: &str| Chapter {
        code: code.into(),
        at,
        detail: detail.into(),
        url: (!detail.is_empty()).then(|| "https://carrier.example/V1".into()),
    };
    let sum = order.sum.total;
    let (due, state) = if bank.is_some() { (sum, "unpaid") } else { (Money::eur(0), "paid") };
    let received = Money { minor: sum.minor - due.minor, ..sum };
    OrderPage {
        money: MoneyView { state: state.into(), received, due, ask: due, amount: None },
        pay: None,
        trouble: String::new(),
        page: own("Užsakymas UZS-2026-000123", "/lt/order/abc"),
        story: vec![
            chapter("placed", Some(NOON), ""),
            chapter("confirmed", Some(NOON.plus_hours(3)), ""),
            chapter("shipped", Some(NOON.plus_days(2)), "Venipak V10437E0009812"),
            chapter("delivered", None, ""),
        ],
        documents: vec![
            document("invoice", "VIT-000123", sum, true),
            document("credit_note", "VITK-000004", Money::eur(24_900), false),
        ],
        withdraw: "/lt/order/abc/withdraw".into(),
        complaint: "/lt/order/abc/complaint".into(),
        cases: vec![super::case::link()],
        order,
        bank,
    }
}

/// The customer chose to pay by card and came back without having paid.
fn by_card() -> OrderPage {
    let waiting = OrderView { state: "awaiting_payment".into(), payment: "card".into(), ..OrderView::sample() };
    let pay = PayByCard { url: "/lt/order/abc/pay".into(), first: true };
    OrderPage { pay: Some(pay), trouble: "failed".into(), ..order(waiting, Some(BankTransfer::sample())) }
}

/// A part of it came, and the bank takes days for the rest.
fn under_way() -> OrderPage {
    let page = order(OrderView::sample(), None);
    OrderPage { money: MoneyView { state: "processing".into(), ..page.money.clone() }, ..page }
}

pub(super) fn buying() -> Result<Vec<Sample>, Fault> {
    let contact_page = |page, form| CheckoutContactPage { page, form, countries: countries(), receipt: receipt(None) };
    let company = ContactForm { as_company: true, company: "UAB „Sėja“".into(), ..contact() };
    let empty =
        CartPage { lines: Vec::new(), ready: false, page: Frame { cart_count: 0, ..own("Krepšelis", "/lt/cart") }, ..cart() };
    let nowhere = CheckoutDeliveryPage { methods: Vec::new(), ..deliveries() };
    let cancelled = OrderView { state: "cancelled".into(), reason: "Audinys baigėsi.".into(), ..OrderView::sample() };
    Ok(vec![
        Sample::new("storefront/cart", "two lines", &cart())?,
        Sample::new("storefront/cart", "problems", &cart_with_problems())?,
        Sample::new("storefront/cart", "a code", &cart_with_code())?,
        Sample::new("storefront/cart", "a code that holds no more", &cart_with_stale_code())?,
        Sample::new("storefront/cart", "empty", &empty)?,
        Sample::new(
            "storefront/checkout_contact",
            "empty form",
            &contact_page(own("Kontaktai", "/lt/checkout"), ContactForm::default()),
        )?,
        Sample::new("storefront/checkout_contact", "faults", &contact_page(wrong(own("Kontaktai", "/lt/checkout")), company))?,
        Sample::new("storefront/checkout_delivery", "two ways", &deliveries())?,
        Sample::new("storefront/checkout_delivery", "no way", &nowhere)?,
        Sample::new("storefront/checkout_payment", "review", &payment())?,
        Sample::new("storefront/checkout_done", "to be paid", &order(OrderView::sample(), Some(BankTransfer::sample())))?,
        Sample::new(
            "storefront/away",
            "to the provider",
            &AwayPage { page: own("Mokėjimas", "/lt/order/abc/pay"), url: "https://pay.example/cs_1".into() },
        )?,
        Sample::new("storefront/order", "sent in part", &order(OrderView::sample_shipped(), None))?,
        Sample::new("storefront/order", "to be paid", &order(OrderView::sample(), Some(BankTransfer::sample())))?,
        Sample::new("storefront/order", "to be paid by card", &by_card())?,
        Sample::new("storefront/order", "payment under way", &under_way())?,
        Sample::new("storefront/order", "cancelled", &order(cancelled, None))?,
    ])
}
