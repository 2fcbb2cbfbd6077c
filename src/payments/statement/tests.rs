use proptest::prelude::*;

use super::{
    samples::{ACCOUNT, Line, camt},
    *,
};
use crate::kernel::Money;

fn one(text: &str) -> Statement {
    let mut all = read(text, "", None).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn wrong(text: &str) -> Problem {
    read(text, ACCOUNT, None).expect_err("a mistake").remove(0)
}

#[test]
fn every_version_tells_the_same() {
    let lines = [
        Line::of(257_32, "Užsakymas UZS-2026-000123").structured("RF38VIT202600001").bank("A1"),
        Line::of(-12_50, "Mokestis").bank("A2"),
        Line::of(5_00, "Dar ne").pending(),
    ];
    let old = one(&camt("053.001.02", &lines));
    assert_eq!((old.head.message, old.head.version.as_str(), old.head.sequence), (Message::Camt053, "02", Some(7)));
    assert_eq!((old.head.account.as_str(), old.totals.pending, old.totals.balance), (ACCOUNT, 1, Balance::Agrees));
    let first = &old.entries[0];
    assert_eq!((first.amount, first.side, first.other.name.as_str()), (Money::eur(257_32), Side::In, "UAB Pirkėjas"));
    assert_eq!((first.references.as_slice(), first.end_to_end.as_str()), (&["RF38VIT202600001".to_owned()][..], ""));
    assert_eq!((old.entries[1].signed(), old.entries[1].is_receipt()), (-12_50, false));
    for version in
        ["053.001.03", "053.001.04", "053.001.08", "053.001.13", "053.001.14", "052.001.02", "052.001.08", "054.001.02"]
    {
        assert_eq!(one(&camt(version, &lines)).entries, rename(&old, version), "{version}");
    }
}

/// The places name the element of the message.
fn rename(statement: &Statement, version: &str) -> Vec<Entry> {
    let element = match &version[..3] {
        "052" => "Rpt",
        "054" => "Ntfctn",
        _ => "Stmt",
    };
    let renamed = |e: &Entry| Entry { place: Place(e.place.0.replace("Stmt", element)), ..e.clone() };
    statement.entries.iter().map(renamed).collect()
}

#[test]
fn a_day_that_is_told_twice_has_the_same_names() {
    // The bank's references, none at all, and two true payments of one sum.
    let equal = || Line::of(10_00, "Auka");
    let lines = [Line::of(20_00, "A").bank("X1"), equal(), equal(), Line::of(20_00, "B").bank("X2")];
    let names = |version| one(&camt(version, &lines)).entries.into_iter().map(|e| e.key).collect::<Vec<_>>();
    let (running, over) = (names("052.001.02"), names("053.001.08"));
    assert_eq!(running, over);
    let distinct: std::collections::HashSet<&String> = over.iter().collect();
    assert_eq!(distinct.len(), 4);
}

#[test]
fn a_payment_and_its_fee_under_one_reference_are_two() {
    let lines = [Line::of(20_00, "A").bank("X1"), Line::of(-30, "Fee").bank("X1"), Line::of(20_00, "C").bank("X1")];
    let statement = one(&camt("053.001.02", &lines));
    let names: std::collections::HashSet<&String> = statement.entries.iter().map(|e| &e.key).collect();
    assert_eq!(names.len(), 3);
    // The same booking twice in a file is one.
    let twice = one(&camt("053.001.02", &[lines[0].clone(), lines[0].clone()]));
    assert_eq!(twice.entries[0].key, twice.entries[1].key);
}

fn batch(details: &str, total: &str) -> String {
    let base = camt("053.001.08", &[Line::of(30_00, "x").bank("B1")]);
    let (head, rest) = base.split_once("<NtryDtls>").expect("details");
    let (_, tail) = rest.split_once("</NtryDtls>").expect("details");
    let head = head.replace(
        "<Amt Ccy=\"EUR\">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>",
        &format!("<Amt Ccy=\"EUR\">{total}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>"),
    );
    format!("{head}<NtryDtls>{details}</NtryDtls>{tail}")
}

fn detail(amount: &str, text: &str, own: &str) -> String {
    format!(
        "<TxDtls><Refs><AcctSvcrRef>{own}</AcctSvcrRef></Refs><Amt Ccy=\"EUR\">{amount}</Amt>\
         <RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
    )
}

#[test]
fn a_batch_is_as_many_receipts_as_it_has_details() {
    let parts = format!("<Btch><NbOfTxs>2</NbOfTxs></Btch>{}{}", detail("10.00", "one", "T1"), detail("20.00", "two", "T2"));
    let statement = one(&batch(&parts, "30.00"));
    assert_eq!(statement.totals.balance, Balance::Agrees);
    let sums: Vec<(i64, usize, &str)> = statement.entries.iter().map(|e| (e.amount.minor, e.parts, e.text.as_str())).collect();
    assert_eq!(sums, [(10_00, 2, "one"), (20_00, 2, "two")]);
    assert!(statement.entries.iter().all(|e| e.flags.is_empty() && e.whole == statement.entries[0].whole));
    // A bank that writes the entry's reference into both parts does not make one of two equal sums.
    let same = format!("{}{}", detail("15.00", "x", "B1"), detail("15.00", "x", "B1"));
    let statement = one(&batch(&same, "30.00"));
    assert_ne!(statement.entries[0].key, statement.entries[1].key);
}

#[test]
fn a_batch_that_does_not_add_up_is_one_sum_for_a_person() {
    let parts = format!("{}{}", detail("10.00", "one", "T1"), detail("19.99", "two", "T2"));
    let statement = one(&batch(&parts, "30.00"));
    assert_eq!(statement.entries.len(), 1);
    assert_eq!((statement.entries[0].amount.minor, statement.entries[0].flags.as_slice()), (30_00, &[Flag::Unsplit][..]));
    assert_eq!(statement.entries[0].text, "one two");
    let lump = one(&batch("<Btch><NbOfTxs>3</NbOfTxs></Btch>", "30.00"));
    assert_eq!(lump.entries[0].flags, [Flag::Lump]);
}

#[test]
fn a_reversal_keeps_its_direction_and_is_no_receipt() {
    let lines = [Line::of(50_00, "Grąžinta mums").reversed(), Line::of(-70_00, "Atšaukta įplauka").reversed()];
    let statement = one(&camt("053.001.02", &lines));
    let told: Vec<(i64, bool, bool)> = statement.entries.iter().map(|e| (e.signed(), e.reversal, e.is_receipt())).collect();
    assert_eq!(told, [(50_00, true, false), (-70_00, true, false)]);
    assert_eq!(statement.entries[1].other.name, "UAB Pirkėjas");
    // Some banks say why it came back and do not mark it.
    let returned =
        camt("053.001.02", &[Line::of(-5_00, "x")]).replace("<RmtInf>", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf><RmtInf>");
    let statement = one(&returned);
    assert_eq!((statement.entries[0].reversal, statement.entries[0].reason.as_str()), (true, "AC04"));
}

#[test]
fn balances_that_do_not_agree_are_told_to_the_cent() {
    let text = camt("053.001.02", &[Line::of(10_00, "x")]).replace("110.00", "110.05");
    assert_eq!(one(&text).totals.balance, Balance::Off(Money::eur(5)));
    let text = camt("054.001.02", &[Line::of(10_00, "x")]).replace("OPBD", "ITBD");
    assert_eq!(one(&text).totals.balance, Balance::Unknown);
    // The closing of the statement before is an opening.
    let text = camt("053.001.02", &[Line::of(10_00, "x")]).replace("OPBD", "PRCD");
    assert_eq!(one(&text).totals.balance, Balance::Agrees);
}

#[test]
fn several_accounts_stand_in_one_file() {
    let text = camt("053.001.02", &[Line::of(10_00, "x")]);
    let (start, end) = (text.find("<Stmt>").unwrap(), text.find("</Stmt>").unwrap() + 7);
    let second = text[start..end].replace(ACCOUNT, "LT601010012345678901").replace("EUR", "PLN");
    let both = format!("{}{second}{}", &text[..end], &text[end..]);
    let all = read(&both, "", None).unwrap();
    assert_eq!(all.iter().map(|s| s.head.currency.unwrap().to_string()).collect::<Vec<_>>(), ["EUR", "PLN"]);
    assert_ne!(all[0].entries[0].key, all[1].entries[0].key);
    let prefixed = text.replace("</", "\u{1}").replace('<', "<n:").replace("<n:?", "<?").replace('\u{1}', "</n:");
    let prefixed = prefixed.replace("xmlns=", "xmlns:n=");
    assert_eq!(one(&prefixed).entries, one(&text).entries);
    assert_eq!(one(&prefixed).head.version, "02");
}

#[test]
fn mistakes_name_place_field_and_value() {
    let good = camt("053.001.02", &[Line::of(10_00, "x"), Line::of(11_00, "y")]);
    let bad = good.replace(">11.00<", ">11,00<");
    let problem = wrong(&bad);
    assert_eq!((problem.place.0.as_str(), problem.field.as_str()), ("Stmt 1 / Ntry 2", "Ntry/Amt"));
    assert_eq!((problem.wrong, problem.value.as_str()), (Wrong::Amount, "11,00"));
    assert_eq!(wrong(&good.replacen("<Sts>BOOK</Sts>", "", 1)).wrong, Wrong::Missing);
    assert_eq!(wrong(&good.replace("2026-11-24</Dt></BookgDt>", "24.11.2026</Dt></BookgDt>")).wrong, Wrong::Date);
    assert_eq!(wrong(&good.replace("CRDT</CdtDbtInd><Sts>", "PLUS</CdtDbtInd><Sts>")).wrong, Wrong::Direction);
    assert_eq!(wrong(&good.replace("Ccy=\"EUR\">11", "Ccy=\"EUX\">11")).wrong, Wrong::Currency);
    assert_eq!(wrong(&good.replace(&format!("<IBAN>{ACCOUNT}</IBAN>"), "")).wrong, Wrong::Account);
    assert_eq!(wrong("<html><body>Sesija baigėsi</body></html>").wrong, Wrong::Format);
    assert_eq!(wrong("").wrong, Wrong::Empty);
}

#[test]
fn what_a_bank_never_writes_is_refused_and_not_expanded() {
    let good = camt("053.001.02", &[Line::of(10_00, "x")]);
    let bomb = good.replace("?>\n", "?>\n<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>");
    assert_eq!(wrong(&bomb).wrong, Wrong::Entity);
    assert_eq!(wrong(&good.replace("<Ustrd>x", "<Ustrd>&b;")).wrong, Wrong::Entity);
    assert_eq!(one(&good.replace("<Ustrd>x", "<Ustrd>A &amp; B &#261;<![CDATA[<c>]]>")).entries[0].text, "A & B ą<c>");
    assert_eq!(wrong(&good[..good.len() - 40]).wrong, Wrong::Cut);
    assert_eq!(wrong(&good.replace("<Ustrd>", &"<Tp>".repeat(60))).wrong, Wrong::Bounds);
    assert_eq!(wrong(&good.replace("<Ustrd>", &"<Zz>".repeat(60))).wrong, Wrong::Bounds);
    let long = good.replace("<Ustrd>x", &format!("<Ustrd>{}", "x".repeat(20_000)));
    assert_eq!(wrong(&long).wrong, Wrong::Bounds);
    assert_eq!(wrong(&good.replace("</Ntry>", "</Ntrx>")).wrong, Wrong::Broken);
}

#[test]
fn the_tables_of_the_banks_are_read() {
    let swedbank = "\"Sąskaitos Nr.\",\"\",\"Data\",\"Gavėjas\",\"Paaiškinimai\",\"Suma\",\"Valiuta\",\"D/K\",\"Įrašo Nr.\",\
                    \"Kodas\",\"Įmokos kodas\",\n\
                    \"LT121000011101001000\",\"10\",\"2026-11-24\",\"\",\"Likutis pradžiai\",\"100.00\",\"EUR\",\"K\",\"\",\"LP\",\"\",\n\
                    \"LT121000011101001000\",\"20\",\"2026-11-24\",\"ONA ONAITĖ\",\"Už \"\"stalą\"\", ačiū\",\"257.32\",\"EUR\",\"K\",\"2026112400000001-1\",\"MK\",\"RF38VIT202600001\",\n\
                    \"LT121000011101001000\",\"20\",\"2026-11-24\",\"Bankas\",\"Mokestis\",\"0.32\",\"EUR\",\"D\",\"2026112400000002-1\",\"K\",\"\",\n\
                    \"LT121000011101001000\",\"82\",\"2026-11-24\",\"\",\"Apyvarta\",\"257.32\",\"EUR\",\"K\",\"\",\"K2\",\"\",\n\
                    \"LT121000011101001000\",\"86\",\"2026-11-24\",\"\",\"Likutis pabaigai\",\"357.00\",\"EUR\",\"K\",\"\",\"LS\",\"\",\n";
    let statement = one(swedbank);
    assert_eq!(
        (statement.entries.len(), statement.totals.balance, statement.head.account.as_str()),
        (2, Balance::Agrees, ACCOUNT)
    );
    assert_eq!(statement.entries[0].references, ["RF38VIT202600001"]);
    assert_eq!(statement.entries[0].text, "Už \"stalą\", ačiū");
    assert_eq!(statement.entries[1].signed(), -32);

    let seb = "SĄSKAITOS (LT121000011101001000) IŠRAŠAS (UŽ LAIKOTARPĮ: 2026-11-01 - 2026-11-30)\n\
               DOK NR.;DATA;VALIUTA;SUMA;MOKĖTOJO ARBA GAVĖJO PAVADINIMAS;SĄSKAITA;MOKĖJIMO PASKIRTIS;TRANSAKCIJOS KODAS;\
               DEBETAS/KREDITAS;SUMA SĄSKAITOS VALIUTA;SĄSKAITOS NR;SĄSKAITOS VALIUTA\n\
               12;2026-11-24;EUR;1 257,32;UAB Pirkėjas;LT601010012345678901;UZS-2026-000123;RO123456789;C;1257,32;LT121000011101001000;EUR\n";
    let statement = one(seb);
    assert_eq!((statement.entries[0].amount, statement.entries[0].side), (Money::eur(1257_32), Side::In));
    assert_eq!(statement.entries[0].other.iban, "LT601010012345678901");
    let (baltic, _, _) = encoding_rs::WINDOWS_1257.encode(seb);
    assert_eq!(one(&text(&baltic, None).unwrap()), statement);

    let luminor = "Operacijos/Balanso Tipas,Data,Laikas,Suma,C/D,Operacijos eilutė (identifikatorius),Įmokos kodas,\
                   Mokėjimo paskirtis,Kitos pusės Sąskaitos Nr.,Kitos pusės Pavadinimas\n\
                   Pervedimas,2026-11-24,10:15,\"12,50\",C,NDEA2026112400001,,\"Ačiū, UZS-2026-000123\",LT601010012345678901,UAB Pirkėjas\n";
    let statement = &read(luminor, ACCOUNT, None).unwrap()[0];
    assert_eq!((statement.entries[0].amount.minor, statement.head.account.as_str()), (12_50, ACCOUNT));
    assert_eq!(read(luminor, "", None).unwrap_err()[0].wrong, Wrong::Account);
}

#[test]
fn tables_with_two_columns_of_sums_and_signs_are_read() {
    let table = "Booking date\tPayer\tDetails\tPaid out\tPaid in\n24/11/2026\tA\tx\t\t10.00\n25/11/2026\tB\ty\t0.00\t7.50\n\
                 26/11/2026\tC\tz\t3.25\t\n27/11/2026\tA\tstorno\t\t-10.00\n";
    let statement = &read(table, ACCOUNT, None).unwrap()[0];
    let told: Vec<(i64, bool)> = statement.entries.iter().map(|e| (e.signed(), e.reversal)).collect();
    assert_eq!(told, [(10_00, false), (7_50, false), (-3_25, false), (-10_00, true)]);
    assert_eq!(statement.entries[0].booked_on.to_string(), "2026-11-24");
    let signed = "Date;Amount;Description\n2026-11-24;-5,00;out\n2026-11-24;5,00 EUR;in\n";
    let statement = &read(signed, ACCOUNT, None).unwrap()[0];
    assert_eq!(statement.entries.iter().map(Entry::signed).collect::<Vec<_>>(), [-5_00, 5_00]);
}

#[test]
fn mistakes_of_a_table_name_row_and_column() {
    let table = "Date;Amount;Description;Currency\n2026-11-24;5,00;a;EUR\n24th;5,00;b;EUR\n2026-11-24;five;c;EUR\n\
                 2026-11-24;5,00;d;ZZZ\n2026-11-24;5,00\n2026-11-24;5,005;e;EUR\n2026-11-24;5,00;f;EUR;more\n";
    let told: Vec<(String, String, Wrong)> =
        read(table, ACCOUNT, None).unwrap_err().into_iter().map(|p| (p.place.0, p.field, p.wrong)).collect();
    let want = [
        ("row 3", "date", Wrong::Date),
        ("row 4", "amount", Wrong::Amount),
        ("row 5", "currency", Wrong::Currency),
        ("row 6", "", Wrong::Cells),
        ("row 7", "amount", Wrong::Precision),
        ("row 8", "", Wrong::Cells),
    ];
    assert_eq!(told, want.map(|(place, field, wrong)| (place.to_owned(), field.to_owned(), wrong)));
    assert_eq!(wrong("Date;Amount;Description\n2026-11-24;1,234;x\n").wrong, Wrong::Ambiguous);
    assert_eq!(wrong(":20:START\n:25:DE12\n").wrong, Wrong::Format);
    let profile = Profile::parse("date = Kada").unwrap();
    assert_eq!(read(table, ACCOUNT, Some(&profile)).unwrap_err()[0].wrong, Wrong::Column);
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (1_i64..1_000_000, any::<bool>(), "[a-zA-Z0-9 -]{0,40}", prop_oneof![Just(String::new()), "[A-Z0-9]{6,12}"])
        .prop_map(|(minor, out, text, bank)| Line::of(if out { -minor } else { minor }, &text).bank(&bank));
    proptest::collection::vec(line, 0..12)
}

proptest! {
    #[test]
    fn sums_agree_and_names_hold(lines in lines()) {
        let statement = one(&camt("053.001.08", &lines));
        prop_assert_eq!(statement.totals.balance, Balance::Agrees);
        prop_assert_eq!(statement.totals.booked, lines.iter().map(|l| l.minor).sum::<i64>());
        prop_assert_eq!(statement.entries.len(), lines.len());
        // The running day, then the day: what stands in both has one name in both.
        let half = lines.len() / 2;
        let running = one(&camt("052.001.02", &lines[..half]));
        let names: Vec<&String> = statement.entries[..half].iter().map(|e| &e.key).collect();
        prop_assert_eq!(running.entries.iter().map(|e| &e.key).collect::<Vec<_>>(), names);
        // Different entries have different names, unless the bank says they are one.
        let distinct: std::collections::HashSet<&String> = statement.entries.iter().map(|e| &e.key).collect();
        let once: std::collections::HashSet<(i64, &str, &str)> = lines.iter().filter(|l| !l.bank.is_empty())
            .map(|l| (l.minor, l.text.as_str(), l.bank.as_str())).collect();
        prop_assert_eq!(distinct.len(), once.len() + lines.iter().filter(|l| l.bank.is_empty()).count());
    }

    #[test]
    fn a_broken_file_is_never_a_panic(lines in lines(), cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = camt("053.001.08", &lines).into_bytes();
        for (at, byte) in cuts {
            let at = at.index(bytes.len());
            if byte % 3 == 0 { bytes.truncate(at.max(1)); } else { bytes[at] = byte; }
        }
        if let Ok(text) = text(&bytes, None) {
            let _ = read(&text, "", None);
        }
    }

    #[test]
    fn a_broken_table_is_never_a_panic(cells in proptest::collection::vec("[-0-9.,;\"\n\tA-Zą/]{0,12}", 0..40)) {
        let table = format!("Date;Amount;Description;D/K\n{}", cells.join(";"));
        let _ = read(&table, ACCOUNT, None);
        let _ = read(&cells.concat(), ACCOUNT, None);
    }
}
