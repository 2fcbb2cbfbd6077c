use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Function, Kind, Node, Op, Value, Values, check, evaluate, parse, read};
use crate::configure::mistake::Wrong;

fn values() -> Values {
    [
        ("width", Value::Number(Decimal::from(1200))),
        ("wood", Value::Text("oak".into())),
        ("wood.price", Value::Number(Decimal::new(42_50, 2))),
        ("zero", Value::Number(Decimal::ZERO)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn said(text: &str) -> String {
    match evaluate(&parse(text).unwrap(), &values()).unwrap() {
        Value::Number(number) => number.normalize().to_string(),
        Value::Truth(truth) => truth.to_string(),
        Value::Text(text) => text,
    }
}

#[test]
fn every_literal_is_a_decimal() {
    for (text, is) in [
        ("7/2", "3.5"),
        ("0.1 + 0.2", "0.3"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("10 - 2 - 3", "5"),
        ("-2^2", "-4"),
        ("2^3^2", "512"),
        ("2 * -3", "-6"),
        ("200 * 10%", "20"),
        ("width / 1000 * wood.price", "51"),
        ("up(41.2, 2.8)", "42"),
        ("up(42, 2.8)", "42"),
        ("down(41.2, 2.8)", "39.2"),
        ("round(2.345, 2)", "2.35"),
        ("round(-2.5)", "-3"),
        ("ceil(1.01) + floor(1.99)", "3"),
        ("mod(7, 2.5)", "2"),
        ("min(3, 1, 2) + max(3, 1, 2) + abs(-1)", "5"),
        ("if(wood = 'oak' and not width > 1500, 1, 2)", "1"),
        ("if(zero > 0, 1 / zero, 0)", "0"),
        ("width >= 1200 or 1 / zero > 1", "true"),
    ] {
        assert_eq!(said(text), is, "{text}");
    }
}

#[test]
fn a_mistake_names_its_place() {
    for (text, wrong, line, column) in [
        ("2 +", Wrong::ExpectedFormula, 1, 4),
        ("2 + * 3", Wrong::ExpectedFormula, 1, 5),
        ("(2 + 3", Wrong::Expected, 1, 7),
        ("2 3", Wrong::Unexpected, 1, 3),
        ("2 +\n  § 3", Wrong::Sign, 2, 3),
        ("'ąžuol", Wrong::Open, 1, 1),
        ("sine(1)", Wrong::Function, 1, 1),
        ("1 + round()", Wrong::ExpectedFormula, 1, 11),
        ("abs(1, 2)", Wrong::Arguments, 1, 1),
        ("11111111111111111111111111111111111", Wrong::Digits, 1, 1),
    ] {
        let mistake = parse(text).expect_err(text);
        assert_eq!((mistake.wrong, mistake.at.line, mistake.at.column), (wrong, line, column), "{text}");
    }
    for (text, wrong, column) in [
        ("1 + 1 / zero", Wrong::Zero, 7),
        ("mod(1, zero)", Wrong::Zero, 1),
        ("2 ^ 0.5", Wrong::Power, 3),
        ("2 ^ 11", Wrong::Power, 3),
        ("9999999999999999999999 * 9999999999999999999999", Wrong::Overflow, 24),
    ] {
        let mistake = evaluate(&parse(text).unwrap(), &values()).expect_err(text);
        assert_eq!((mistake.wrong, mistake.at.column), (wrong, column), "{text}");
    }
}

#[test]
fn types_are_checked_before_anything_is_computed() {
    use super::Type;
    let scope = [("width", Type::Number), ("wood", Type::OneOf(vec!["oak".into(), "ash".into()])), ("name", Type::Text)]
        .map(|(name, of)| (name.to_owned(), of))
        .into();
    for (text, wrong) in [
        ("wood * 2", Wrong::NeedsNumber),
        ("width and true", Wrong::NeedsTruth),
        ("width = 'oak'", Wrong::NeedsSame),
        ("wood = 'aok'", Wrong::Option),
        ("if(true, 1, 'a')", Wrong::NeedsSame),
        ("height * 2", Wrong::Name),
        ("min(1, wood)", Wrong::NeedsNumber),
    ] {
        assert_eq!(check(&parse(text).unwrap(), &scope).expect_err(text).wrong, wrong, "{text}");
    }
    assert_eq!(check(&parse("if(wood = 'ash' or name <> 'x', width, 2%)").unwrap(), &scope), Ok(Type::Number));
}

#[test]
fn what_would_grow_without_end_is_refused() {
    let deep = "(".repeat(5_000) + "1" + &")".repeat(5_000);
    assert_eq!(parse(&deep).unwrap_err().wrong, Wrong::TooDeep);
    assert_eq!(parse(&"-".repeat(5_000)).unwrap_err().wrong, Wrong::TooDeep);
    assert_eq!(parse(&vec!["1"; 3_000].join("+")).unwrap_err().wrong, Wrong::TooLong);
    assert_eq!(read(&"1 ".repeat(20_000)).unwrap_err().wrong, Wrong::TooLong);
}

/// With every bracket written.
fn print(node: &Node) -> String {
    match &node.kind {
        Kind::Number(number) => number.to_string(),
        Kind::Text(text) => format!("'{text}'"),
        Kind::Truth(truth) => truth.to_string(),
        Kind::Name(name) => name.clone(),
        Kind::Not(inner) => format!("(not {})", print(inner)),
        Kind::Minus(inner) => format!("(-{})", print(inner)),
        Kind::Percent(inner) => format!("({}%)", print(inner)),
        Kind::Two(op, left, right) => format!("({} {} {})", print(left), op.sign(), print(right)),
        Kind::Call(f, all) => format!("{}({})", f.word(), all.iter().map(print).collect::<Vec<_>>().join(", ")),
    }
}

fn number() -> impl Strategy<Value = Node> {
    let node = |kind| Node { at: super::At::default(), kind };
    let leaf = prop_oneof![
        (0_i64..100_000, 0_u32..4).prop_map(move |(digits, dp)| node(Kind::Number(Decimal::new(digits, dp)))),
        prop::sample::select(vec!["width", "wood.price", "zero"]).prop_map(move |name| node(Kind::Name(name.into()))),
    ];
    leaf.prop_recursive(4, 40, 3, move |inner| {
        let ops = prop::sample::select(vec![Op::Plus, Op::Minus, Op::Times, Op::Over, Op::Power]);
        let calls = prop::sample::select(vec![Function::Min, Function::Max, Function::Up, Function::Mod]);
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            (ops, pair.clone()).prop_map(move |(op, (a, b))| node(Kind::Two(op, Box::new(a), Box::new(b)))),
            (calls, pair).prop_map(move |(f, (a, b))| node(Kind::Call(f, vec![a, b]))),
            inner.clone().prop_map(move |a| node(Kind::Minus(Box::new(a)))),
            inner.prop_map(move |a| node(Kind::Percent(Box::new(a)))),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_breaks_the_parser(text in "\\PC{0,200}") {
        _ = parse(&text);
    }

    #[test]
    fn no_heap_of_signs_breaks_it(pieces in prop::collection::vec(prop::sample::select(vec![
        "1", "2.5", "width", "wood", "'oak'", "+", "-", "*", "/", "^", "%", "(", ")", ",", "<=", "=", "and", "or", "not", "if", "up", "\n",
    ]), 0..60)) {
        if let Ok(node) = parse(&pieces.join(" ")) {
            let once = evaluate(&node, &values());
            prop_assert_eq!(&once, &evaluate(&node, &values()));
        }
    }

    #[test]
    fn what_is_printed_reads_back_as_the_same(node in number()) {
        let printed = print(&node);
        // Deep trees print to deep brackets, which are refused.
        if let Ok(again) = parse(&printed) {
            prop_assert_eq!(print(&again), printed);
            let (a, b) = (evaluate(&node, &values()), evaluate(&again, &values()));
            prop_assert_eq!(a.map_err(|m| m.wrong), b.map_err(|m| m.wrong));
        }
    }
}
