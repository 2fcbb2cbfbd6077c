//! Papers to look at: every kind, with what strains a page. `theme check`, the tests and the
//! benchmark set the same ones.

use super::{Advance, Cash, Correction, Kind, Paper, PaperLine, PaperTax, PayBy, Side, in_words};
use crate::kernel::{Currency, Locale, Money, Qty, Rate};

/// A paper and what it shows.
pub struct Specimen {
    pub name: &'static str,
    pub paper: Paper,
}

/// Every kind of document in one locale, plain and strained.
pub fn specimens(locale: Locale) -> Vec<Specimen> {
    let sample = |name, paper| Specimen { name, paper };
    vec![
        sample("plain", invoice(locale)),
        sample("many_rates", many_rates(locale)),
        sample("many_lines", many_lines(locale, 200)),
        sample("advance_with_invoice", advance(locale)),
        sample("abroad_without_vat", abroad(locale)),
        sample("seller_without_vat", untaxed(locale)),
        sample("other_currency", zloty(locale)),
        sample("prepayment", prepayment(locale)),
        sample("advance", advance_invoice(locale)),
        sample("credit_note", credit_note(locale)),
        sample("order", order(locale)),
        sample("cash_in", cash(locale, Kind::CashReceipt)),
        sample("cash_out", cash(locale, Kind::CashRefund)),
    ]
}

fn seller() -> Side {
    Side {
        name: "UAB „Galerijos baldai“".into(),
        code: "304567891".into(),
        vat_code: "LT100012345678".into(),
        street: "Žalgirio g. 90-100".into(),
        city: "Vilnius".into(),
        postcode: "LT-09303".into(),
        country: "LT".into(),
        phone: "+370 600 00000".into(),
        email: "labas@galerija.example".into(),
        ..Side::default()
    }
}

fn person() -> Side {
    Side {
        name: "Ąžuolė Čepaitytė-Žvirblienė".into(),
        person: true,
        street: "Šv. Ignoto g. 5-12".into(),
        city: "Kėdainiai".into(),
        postcode: "LT-57100".into(),
        country: "LT".into(),
        ..Side::default()
    }
}

fn company() -> Side {
    Side {
        name: "Przedsiębiorstwo Handlowe „Łódź–Gdańsk Żółw” Spółka z ograniczoną odpowiedzialnością Spółka komandytowa".into(),
        code: "0000123456".into(),
        vat_code: "PL5260001246".into(),
        street: "ul. Świętokrzyska 14/17".into(),
        city: "Warszawa".into(),
        postcode: "00-050".into(),
        country: "PL".into(),
        contact: "Małgorzata Źdźbło".into(),
        ..Side::default()
    }
}

/// The code's payload says the sum that the page asks for; there is none in another currency.
fn pay(due: Money) -> PayBy {
    let reference = "RF38VIT202600001";
    let epc = format!("BCD\n002\n1\nSCT\n\nUAB Vitrina Demo\nLT121000011101001000\nEUR{}\n\n{reference}", due.amount_text());
    PayBy {
        recipient: "UAB „Galerijos baldai“".into(),
        bank: "AB SEB bankas".into(),
        iban: "LT121000011101001000".into(),
        reference: reference.into(),
        epc: if due.currency == Currency::EUR { epc } else { String::new() },
    }
}

/// Net and gross are given: a sample computes no tax.
fn line(title: &str, qty: i64, unit_net_micro: i64, net: i64, gross: i64, rate: i64) -> PaperLine {
    PaperLine {
        sku: String::new(),
        title: title.into(),
        detail: String::new(),
        qty: Qty(qty),
        unit: "piece".into(),
        unit_net_micro,
        discount_net: Money::eur(0),
        net: Money::eur(net),
        gross: Money::eur(gross),
        rate: Rate::percent(rate),
        tax_code: "S".into(),
    }
}

fn tax(rate: i64, net: i64, vat: i64) -> PaperTax {
    PaperTax {
        tax_code: "S".into(),
        rate: Rate::percent(rate),
        net: Money::eur(net),
        vat: Money::eur(vat),
        reason: String::new(),
        reason_code: String::new(),
    }
}

/// The example of the domain notes: net 338.75, VAT 61.20, gross 399.95, of which 142.63 came before.
pub fn invoice(locale: Locale) -> Paper {
    let table = PaperLine {
        sku: "GIR-180-OAK".into(),
        detail: "180 × 90 cm, ąžuolas, natūrali alyva".into(),
        discount_net: Money::eur(10_00),
        ..line("Stalas „Giria“", 1_000, 286_600_000, 276_60, 334_69, 21)
    };
    let book = PaperLine {
        sku: "KNY-7".into(),
        ..line("Knyga „Baldų istorija: nuo viduramžių iki šių dienų“", 5_000, 12_430_000, 62_15, 65_26, 5)
    };
    Paper {
        kind: Kind::Invoice,
        number: "VIT-000123".into(),
        locale,
        currency: Currency::EUR,
        issued_on: "2026-11-24".into(),
        due_on: Some("2026-12-08".into()),
        supplied_on: Some("2026-11-20".into()),
        seller: seller(),
        buyer: person(),
        deliver_to: None,
        order: "UZS-2026-000123".into(),
        buyer_reference: String::new(),
        lines: vec![table, book],
        taxes: vec![tax(21, 276_60, 58_09), tax(5, 62_15, 3_11)],
        net: Money::eur(338_75),
        vat: Money::eur(61_20),
        gross: Money::eur(399_95),
        prepaid: Money::eur(142_63),
        advances: Vec::new(),
        rounding: Money::eur(0),
        due: Money::eur(257_32),
        vat_eur: None,
        corrects: None,
        pay: Some(pay(Money::eur(257_32))),
        words: in_words(Money::eur(399_95), locale),
        cash: None,
        notes: Vec::new(),
        untaxed: false,
    }
}

fn many_rates(locale: Locale) -> Paper {
    let exempt = PaperLine { tax_code: "E".into(), ..line("Meno pamoka vaikams", 1_500, 20_000_000, 30_00, 30_00, 0) };
    let service = PaperLine {
        unit: "hour".into(),
        ..line("Surinkimas ir pakabinimas namuose, įskaitant kelionę", 2_500, 40_000_000, 100_00, 121_00, 21)
    };
    let long = PaperLine {
        sku: "A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P6Q7R8S9T0U1V2W3X4Y5Z6".into(),
        detail:
            "Plotis 1 234 mm, aukštis 2 345 mm, gylis 600 mm; durys ąžuolo lukštas, rankenos žalvaris, vidus pilkas; lentynos 7"
                .into(),
        ..line(
            "Spinta pagal užsakymą miegamajam kambariui su stumdomosiomis durimis ir apšvietimu viduje",
            1_000,
            1_234_567_890,
            1_234_57,
            1_493_83,
            21,
        )
    };
    Paper {
        lines: vec![
            long,
            line("Viešbučio kambarys", 2_000, 50_000_000, 100_00, 112_00, 12),
            line("Knyga", 1_000, 20_000_000, 20_00, 21_00, 5),
            service,
            exempt,
        ],
        taxes: vec![
            tax(21, 1_334_57, 280_26),
            tax(12, 100_00, 12_00),
            tax(5, 20_00, 1_00),
            PaperTax {
                tax_code: "E".into(),
                reason: "Neapmokestinama PVM: švietimo paslaugos (PVMĮ 22 str.).".into(),
                reason_code: "VATEX-EU-132-1I".into(),
                ..tax(0, 30_00, 0)
            },
        ],
        net: Money::eur(1_484_57),
        vat: Money::eur(293_26),
        gross: Money::eur(1_777_83),
        prepaid: Money::eur(0),
        rounding: Money::eur(2),
        due: Money::eur(1_777_85),
        pay: Some(pay(Money::eur(1_777_85))),
        buyer: Side {
            name: "VšĮ „Čiurlionio kultūros ir švietimo centras“".into(),
            person: false,
            code: "302345678".into(),
            ..person()
        },
        deliver_to: Some(Side { name: "Sandėlis Nr. 3".into(), person: false, ..person() }),
        buyer_reference: "PO-2026/4711-A".into(),
        words: String::new(),
        notes: vec!["Prekės lieka pardavėjo nuosavybė, kol už jas sumokėta visa kaina.".into(), "Garantija 24 mėn.".into()],
        ..invoice(locale)
    }
}

/// A table over several pages.
pub fn many_lines(locale: Locale, count: usize) -> Paper {
    let lines: Vec<PaperLine> = (1..=count)
        .map(|n| PaperLine {
            sku: format!("DET-{n:04}"),
            ..line(&format!("Detalė Nr. {n}, cinkuotas plienas"), 1_000, 10_000_000, 10_00, 12_10, 21)
        })
        .collect();
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    Paper {
        lines,
        taxes: vec![tax(21, count * 10_00, count * 2_10)],
        net: Money::eur(count * 10_00),
        vat: Money::eur(count * 2_10),
        gross: Money::eur(count * 12_10),
        prepaid: Money::eur(0),
        due: Money::eur(count * 12_10),
        pay: Some(pay(Money::eur(count * 12_10))),
        words: String::new(),
        ..invoice(locale)
    }
}

fn advance(locale: Locale) -> Paper {
    Paper {
        lines: vec![line("Virtuvės baldai pagal brėžinį B-17", 1_000, 500_000_000, 500_00, 605_00, 21)],
        advances: vec![Advance {
            number: "VIT-000098".into(),
            issued_on: "2026-10-02".into(),
            net: Money::eur(100_00),
            vat: Money::eur(21_00),
            rate: Rate::percent(21),
            tax_code: "S".into(),
        }],
        taxes: vec![tax(21, 400_00, 84_00)],
        net: Money::eur(400_00),
        vat: Money::eur(84_00),
        gross: Money::eur(484_00),
        prepaid: Money::eur(0),
        due: Money::eur(484_00),
        pay: Some(pay(Money::eur(484_00))),
        words: String::new(),
        ..invoice(locale)
    }
}

fn abroad(locale: Locale) -> Paper {
    let goods = PaperLine { tax_code: "K".into(), ..line("Stalas „Giria“", 4_000, 276_600_000, 1_106_40, 1_106_40, 0) };
    Paper {
        buyer: company(),
        deliver_to: Some(Side {
            street: "ul. Łąkowa 3".into(),
            city: "Łódź".into(),
            postcode: "90-562".into(),
            country: "PL".into(),
            name: "Magazyn Łódź".into(),
            ..Side::default()
        }),
        lines: vec![goods],
        taxes: vec![PaperTax {
            tax_code: "K".into(),
            reason: "PVM 0 %: prekių tiekimas į kitą ES šalį PVM mokėtojui (PVMĮ 49 str.).".into(),
            reason_code: "VATEX-EU-IC".into(),
            ..tax(0, 1_106_40, 0)
        }],
        net: Money::eur(1_106_40),
        vat: Money::eur(0),
        gross: Money::eur(1_106_40),
        prepaid: Money::eur(0),
        due: Money::eur(1_106_40),
        pay: Some(pay(Money::eur(1_106_40))),
        words: String::new(),
        ..invoice(locale)
    }
}

fn untaxed(locale: Locale) -> Paper {
    let goods = PaperLine { tax_code: "O".into(), ..line("Rankų darbo žibintas", 2_000, 199_975_000, 399_95, 399_95, 0) };
    Paper {
        seller: Side {
            name: "Žaneta Žukauskė, individuali veikla".into(),
            vat_code: String::new(),
            code: "912345".into(),
            ..seller()
        },
        lines: vec![goods],
        taxes: vec![PaperTax { tax_code: "O".into(), reason_code: "VATEX-EU-O".into(), ..tax(0, 399_95, 0) }],
        net: Money::eur(399_95),
        vat: Money::eur(0),
        prepaid: Money::eur(0),
        due: Money::eur(399_95),
        pay: Some(pay(Money::eur(399_95))),
        untaxed: true,
        ..invoice(locale)
    }
}

fn zloty(locale: Locale) -> Paper {
    let Ok(pln) = "PLN".parse::<Currency>() else { return invoice(locale) };
    let paper = invoice(locale);
    let sum = |money: Money| Money::new(money.minor, pln);
    let lines = paper.lines.iter().cloned().map(|l| PaperLine {
        net: sum(l.net),
        gross: sum(l.gross),
        discount_net: sum(l.discount_net),
        ..l
    });
    let taxes = paper.taxes.iter().cloned().map(|t| PaperTax { net: sum(t.net), vat: sum(t.vat), ..t });
    Paper {
        currency: pln,
        lines: lines.collect(),
        taxes: taxes.collect(),
        net: sum(paper.net),
        vat: sum(paper.vat),
        gross: sum(paper.gross),
        prepaid: Money::zero(pln),
        rounding: Money::zero(pln),
        due: sum(paper.gross),
        vat_eur: Some(Money::eur(14_23)),
        words: String::new(),
        pay: Some(pay(sum(paper.gross))),
        ..paper
    }
}

fn prepayment(locale: Locale) -> Paper {
    Paper {
        kind: Kind::PrepaymentInvoice,
        number: "IS-000045".into(),
        supplied_on: None,
        prepaid: Money::eur(0),
        due: Money::eur(199_98),
        words: String::new(),
        pay: Some(pay(Money::eur(199_98))),
        ..invoice(locale)
    }
}

/// For money that came: nothing of it is due.
fn advance_invoice(locale: Locale) -> Paper {
    let paper = invoice(locale);
    Paper {
        kind: Kind::AdvanceInvoice,
        number: "VITA-000009".into(),
        prepaid: paper.gross,
        due: Money::eur(0),
        due_on: None,
        ..paper
    }
}

fn credit_note(locale: Locale) -> Paper {
    Paper {
        kind: Kind::CreditNote,
        number: "VITK-000007".into(),
        issued_on: "2026-11-28".into(),
        due_on: None,
        supplied_on: None,
        prepaid: Money::eur(0),
        due: Money::eur(399_95),
        pay: None,
        corrects: Some(Correction {
            number: "VIT-000123".into(),
            issued_on: "2026-11-24".into(),
            reason: "Prekės grąžintos per 14 dienų".into(),
        }),
        ..invoice(locale)
    }
}

fn order(locale: Locale) -> Paper {
    Paper {
        kind: Kind::OrderConfirmation,
        number: "UZS-2026-000123".into(),
        order: String::new(),
        supplied_on: None,
        prepaid: Money::eur(0),
        due: Money::eur(399_95),
        pay: Some(pay(Money::eur(399_95))),
        words: String::new(),
        ..invoice(locale)
    }
}

fn cash(locale: Locale, kind: Kind) -> Paper {
    let (number, basis) = match kind {
        Kind::CashReceipt => ("KPO-000012", "VIT-000123, 2026-11-24; UZS-2026-000123"),
        _ => ("KIO-000003", "VITK-000007, 2026-11-28"),
    };
    Paper {
        kind,
        number: number.into(),
        lines: Vec::new(),
        taxes: Vec::new(),
        pay: None,
        words: String::new(),
        due: Money::eur(0),
        cash: Some(Cash {
            payer: "Ąžuolė Čepaitytė-Žvirblienė".into(),
            basis: basis.into(),
            sum: Money::eur(399_95),
            words: in_words(Money::eur(399_95), locale),
            fiscal_receipt: if kind == Kind::CashReceipt { "0048213".into() } else { String::new() },
            by: "Łucja Šimkutė".into(),
        }),
        ..invoice(locale)
    }
}
