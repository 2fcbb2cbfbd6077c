use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Input, Refusal, Wrong, examine, read};
use crate::kernel::{Locale, Money, Qty};

const LT: Locale = Locale::LT;

/// The worked example of the domain notes, §9.
const SHELF: &str = r#"
number length "Ilgis" en "Length" 0.30..3.00 step 0.01 unit m default 1.20
number depth  "Gylis" en "Depth"  0.15..0.80 step 0.01 unit m default 0.40
material board "Plokštė" en "Board" unit "m²" of
  lmdp "balta LMDP" en "white board" 18.00,
  oak  "ąžuolo faneruotė" 42.50
text   note "Pastaba" max 20

use board = length * depth waste 10%
use edge "Kraštas" = 2 * (length + depth) / 2 unit m at 0.90
work cutting "Pjovimas" setup 0.25 each 0.10 rate 24.00
overhead 10%
margin 30% of price
"#;

fn input(pairs: &[(&str, &str)]) -> Input {
    pairs.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_worked_example() {
    let shelf = read(SHELF).unwrap();
    let quote = shelf.quote(&input(&[("length", "1,2"), ("depth", "0.40")]), Qty::pieces(3), LT).unwrap();
    let sums: Vec<String> = quote.rows.iter().map(|row| format!("{} {} {}", row.code, row.quantity, row.sum)).collect();
    assert_eq!(sums, ["board.lmdp 1.584 28.512", "edge 4.8 4.32", "cutting 0.55 13.2"]);
    assert_eq!(quote.cost.to_string(), "46.032");
    assert_eq!((quote.cost + quote.overhead).normalize().to_string(), "50.6352");
    assert_eq!((quote.cost + quote.overhead + quote.margin).normalize().to_string(), "72.336");
    assert_eq!(quote.net, Money::eur(72_34));
    assert_eq!(quote.bill().count(), 2);
    assert_eq!(quote.operations().map(|row| row.quantity.to_string()).collect::<Vec<_>>(), ["0.55"]);
    let words: Vec<String> = quote.words.iter().map(|w| format!("{}: {}", w.name, w.value)).collect();
    assert_eq!(words, ["Ilgis: 1,2 m", "Gylis: 0,4 m", "Plokštė: balta LMDP"]);
    // The same choice in other words is the same choice.
    let again = shelf.quote(&input(&[("length", "1.200"), ("board", "lmdp"), ("note", " ")]), Qty::pieces(3), LT).unwrap();
    assert_eq!((again.input, again.net), (quote.input, quote.net));
}

fn codes(refusal: Refusal) -> BTreeMap<String, &'static str> {
    let Refusal::Choice(fault) = refusal else { panic!("{refusal:?}") };
    fault.all().map(|f| (f.field.clone().unwrap(), f.code)).collect()
}

#[test]
fn everything_that_cannot_be_chosen_is_said_at_once() {
    let shelf = read(SHELF).unwrap();
    let wrong =
        [("length", "4"), ("depth", "0,155"), ("board", "gold"), ("note", "Labai ilga pastaba apie nieką"), ("colour", "red")];
    let said = codes(shelf.quote(&input(&wrong), Qty::ONE, LT).unwrap_err());
    let expected = [
        ("set.length", "configure.above"),
        ("set.depth", "configure.step"),
        ("set.board", "configure.not_offered"),
        ("set.note", "configure.text_too_long"),
        ("set.colour", "configure.no_parameter"),
    ];
    assert_eq!(said, expected.map(|(field, code)| (field.to_owned(), code)).into());
    for nonsense in ["1e5", "abc", "--1", "1.2.3", "999999999999999999999999999999", "NaN"] {
        let said = codes(shelf.quote(&input(&[("length", nonsense)]), Qty::ONE, LT).unwrap_err());
        assert!(said.contains_key("set.length"), "{nonsense}");
    }
}

#[test]
fn a_rule_forbids_with_its_reason_in_the_readers_language() {
    let source = format!("{SHELF}rule length / depth <= 5 or board = 'oak' else \"Per siaura\" en \"Too narrow\"\n");
    let shelf = read(&source).unwrap();
    let narrow = input(&[("length", "3"), ("depth", "0.2")]);
    let Err(Refusal::Choice(fault)) = shelf.quote(&narrow, Qty::ONE, Locale::EN) else { panic!() };
    assert_eq!((fault.code, fault.args[0].1.as_str()), ("configure.rule", "Too narrow"));
    let oak = input(&[("length", "3"), ("depth", "0.2"), ("board", "oak")]);
    assert!(shelf.quote(&oak, Qty::ONE, LT).is_ok());
}

#[test]
fn rounding_minimum_and_conditions() {
    let price = |more: &str, length: &str| {
        let definition = read(&format!("number length \"Ilgis\" 1..100\nuse wood \"Mediena\" = length at 0.70\n{more}")).unwrap();
        definition.quote(&input(&[("length", length)]), Qty::ONE, LT).unwrap().net
    };
    assert_eq!(price("", "3"), Money::eur(2_10));
    assert_eq!(price("round 0.50 up", "3"), Money::eur(2_50));
    assert_eq!(price("round 0.50 nearest", "3"), Money::eur(2_00));
    // 2.10 / 0.7 leaves a trace in the last digit; the price stands on a step all the same.
    assert_eq!(price("margin 30% of price\nround 0.10 up", "3"), Money::eur(3_00));
    assert_eq!(price("margin 30% of cost", "10"), Money::eur(9_10));
    assert_eq!(price("minimum 25", "3"), Money::eur(25_00));
    assert_eq!(price("part \"RAN-1\" \"Rankena\" = 2 at 4.50 when length > 5", "10"), Money::eur(16_00));
    assert_eq!(price("part \"RAN-1\" \"Rankena\" = 2 at 4.50 when length > 5", "5"), Money::eur(3_50));
}

#[test]
fn a_mistake_of_the_manager_names_its_place() {
    for (line, wrong, column) in [
        ("wood \"Plokštė\"", Wrong::Statement, 1),
        ("number length \"Dukart\" 1..2", Wrong::Twice, 8),
        ("number h \"Aukštis\"", Wrong::Expected, 19),
        ("number h \"Aukštis\" 5..1", Wrong::Range, 20),
        ("number h \"Aukštis\" 1..5 default 9", Wrong::Range, 33),
        ("number min \"Mažiausias\" 1..5", Wrong::Reserved, 8),
        ("material m \"M\" of a \"A\"", Wrong::Unpriced, 19),
        ("let area = area * 2", Wrong::Name, 12),
        ("let area = length * dpeth", Wrong::Name, 21),
        ("use edge = length", Wrong::ExpectedText, 10),
        ("use edge \"Kraštas\" = length unit m", Wrong::Expected, 35),
        ("use edge \"Kraštas\" = board at 1", Wrong::NeedsNumber, 22),
        ("rule length else \"Ne\"", Wrong::NeedsTruth, 6),
        ("rule board = 'gold' else \"Ne\"", Wrong::Option, 14),
        ("overhead 10", Wrong::Percent, 10),
        ("margin 100% of price", Wrong::Percent, 8),
        ("round 0 up", Wrong::Range, 7),
        ("work cut \"Pjovimas\" each 1", Wrong::Expected, 27),
        ("currency LITAS", Wrong::ExpectedName, 10),
        ("minimum 5 5", Wrong::Unexpected, 11),
    ] {
        let source = format!("{SHELF}{line}\n");
        let mistake = read(&source).expect_err(line);
        let last = u32::try_from(source.lines().count()).unwrap();
        assert_eq!((mistake.wrong, mistake.at.line, mistake.at.column), (wrong, last, column), "{line}");
    }
    assert_eq!(read("number a \"A\" 1..2").unwrap_err().wrong, Wrong::Nothing);
    assert_eq!(read(&"let a = 1\n".repeat(201)).unwrap_err().wrong, Wrong::TooLong);
}

#[test]
fn what_breaks_for_some_choice_does_not_pass() {
    let broken = |line: &str| examine(&format!("number n \"Kiek\" 0..10 default 5\n{line}"), LT).unwrap_err();
    let fault = broken("use wood \"Mediena\" = 1 / n at 2");
    assert_eq!((fault.code, fault.args[0].1.as_str(), fault.args[1].1.as_str()), ("configure.zero", "2", "24"));
    assert_eq!(broken("use wood \"Mediena\" = 5 - n at 2").code, "configure.negative");
    assert_eq!(broken("use wood \"Mediena\" = (n + 1) ^ 10 ^ 3 at 2").code, "configure.power");
    let forbidden = broken("use wood \"M\" = n at 2\nrule n < 5 else \"Per daug\"");
    assert_eq!(forbidden.code, "configure.rule");
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,200}") {
        _ = read(&text);
    }

    /// Cut and mended at random, a definition is refused or computes; it never panics.
    #[test]
    fn a_damaged_definition_is_refused_or_computes(from in 0_usize..400, length in 0_usize..60, put in "[ a-z0-9.*/()\"'=%-]{0,12}") {
        let letters: Vec<char> = SHELF.chars().collect();
        let (from, to) = (from.min(letters.len()), (from + length).min(letters.len()));
        let damaged: String = letters[..from].iter().chain(put.chars().collect::<Vec<_>>().iter()).chain(&letters[to..]).collect();
        if let Ok(definition) = read(&damaged) {
            _ = definition.trial(LT);
        }
    }

    /// More of anything never costs less, and asking twice gives the same.
    #[test]
    fn a_longer_shelf_is_never_cheaper(length in 30_i64..300, depth in 15_i64..80, pieces in 1_i64..50) {
        let shelf = read(SHELF).unwrap();
        let cm = |n: i64| rust_decimal::Decimal::new(n, 2).to_string();
        let ask = |l: i64| shelf.quote(&input(&[("length", &cm(l)), ("depth", &cm(depth))]), Qty::pieces(pieces), LT).unwrap();
        prop_assert_eq!(ask(length), ask(length));
        prop_assert!(ask(length).net.minor <= ask((length + 1).min(300)).net.minor);
    }
}
