//! Nothing protected is lost, doubled or changed.

use proptest::prelude::*;

use super::{tokens::find, *};
use crate::kernel::Locale;

const LT: Locale = Locale::LT;
const EN: Locale = Locale::EN;
const DE: Locale = Locale::DE;

fn names() -> Names {
    Names::new(["Nida", "Nida Plus", "Vitrina"])
}

fn kept(text: &str) -> Vec<&str> {
    find(text, &names()).into_iter().map(|f| &text[f.at]).collect()
}

#[test]
fn what_stays_is_found() {
    for (text, want) in [
        ("Stalas Nida Plus 180 × 90 cm, aukštis 75 cm", vec!["Nida Plus", "180 × 90 cm", "75 cm"]),
        ("Kaina 1 234,50 € (be PVM 1 020,25 €)", vec!["1 234,50 €", "1 020,25 €"]),
        ("Sveiki, {{ customer.name }}! {vardas}, {% if a %}", vec!["{{ customer.name }}", "{vardas}", "{% if a %}"]),
        ("Rašykite info@demo.test arba https://demo.test/a?b=1.", vec!["info@demo.test", "https://demo.test/a?b=1"]),
        ("Varžtas M8x40, kodas BT-2000/5, IP67", vec!["M8x40", "BT-2000/5", "IP67"]),
        ("Nuo 2026 m. lapkričio 30 d., 2026-11-30 14:30", vec!["2026", "30", "2026-11-30 14:30"]),
        ("Temperatūra -5–40 °C, 25 % nuolaida", vec!["-5–40 °C", "25 %"]),
        ("€1,234.50 or $5", vec!["€1,234.50", "$5"]),
        ("Be skaičių, Nidaplus { ne } {}", vec![]),
    ] {
        // A date and a time are two numbers side by side.
        let flat: Vec<String> = want.iter().map(|w| (*w).to_owned()).collect();
        let flat: Vec<&str> =
            flat.iter().flat_map(|w| if w.contains("-11-30 ") { w.split(' ').collect() } else { vec![w.as_str()] }).collect();
        assert_eq!(kept(text), flat, "{text}");
    }
}

#[test]
fn numbers_are_written_as_the_reader_does() {
    for (text, from, to, want) in [
        ("1 234,50 €", LT, DE, "1.234,50 €"),
        ("1 234,50 €", LT, EN, "€1,234.50"),
        ("€1,234.50", EN, LT, "1\u{a0}234,50\u{a0}€"),
        ("2,5 × 1,25 m", LT, EN, "2.5 × 1.25 m"),
        ("2026-11-30", LT, DE, "30.11.2026"),
        ("2026-11-30", LT, EN, "2026-11-30"),
        ("12.5", LT, EN, "12.5"),
        ("1234", LT, EN, "1234"),
    ] {
        let guarded = Guarded::plain(text, &names());
        assert!(!guarded.has_words(), "{text}");
        assert_eq!(guarded.carried(from, to), want, "{text}");
    }
    assert_eq!(Guarded::plain("Jungtis USB 3,0 ir 3,5 mm", &names()).carried(LT, EN), "Jungtis USB 3,0 ir 3.5 mm");
}

#[test]
fn markup_travels_as_elements() {
    let guarded = Guarded::rich("<p>Stalas <strong>Nida</strong> &amp; 2 kėdės<br>iki 5&nbsp;kg &lt;</p>", &names());
    let wire = guarded.wire();
    assert_eq!(
        wire,
        "<p id=\"1\">Stalas <g id=\"2\"><x id=\"3\"/></g> &amp; <x id=\"4\"/> kėdės<x id=\"5\"/>iki <x id=\"6\"/> &lt;</p>"
    );
    let german =
        "<p id=\"1\">Tisch <g id=\"2\"><x id=\"3\"></x></g> &amp; <x id='4' /> Stühle<x id=\"5\"/>bis <x id=\"6\"/> &lt;</p>";
    assert_eq!(
        guarded.restore(german, LT, DE).unwrap(),
        "<p>Tisch <strong>Nida</strong> &amp; 2 Stühle<br>bis 5&nbsp;kg &lt;</p>"
    );
}

#[test]
fn a_spoiled_answer_is_refused() {
    let guarded = Guarded::rich("<p>a 1 <em>b</em></p>", &names());
    for (answer, want) in [
        ("<p id=\"1\">a <g id=\"3\">b</g></p>", Spoiled::Lost),
        ("<p id=\"1\">a <x id=\"2\"/><x id=\"2\"/> <g id=\"3\">b</g></p>", Spoiled::Twice),
        ("<p id=\"1\">a <x id=\"2\"/> <g id=\"3\">b</p></g>", Spoiled::Broken),
        ("<p id=\"1\">a <x id=\"9\"/> <g id=\"3\">b</g></p>", Spoiled::Broken),
        ("<p id=\"1\">a <g id=\"2\"/> <g id=\"3\">b</g></p>", Spoiled::Broken),
        ("<p id=\"1\">a <x id=\"2\"/> <g id=\"3\">b</g>", Spoiled::Broken),
        ("<p id=\"1\">a <x id=\"2\"/> <i>c</i> <g id=\"3\">b</g></p>", Spoiled::Broken),
        ("<p id=\"1\">a & <x id=\"2\"/> <g id=\"3\">b</g></p>", Spoiled::Broken),
    ] {
        assert_eq!(guarded.restore(answer, LT, EN), Err(want), "{answer}");
    }
}

/// Texts of pieces that a shop's texts are made of, in any order.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("Stalas ".to_owned()),
        Just("{{ customer.name }}".to_owned()),
        Just(" Nida Plus ".to_owned()),
        Just("<strong>ąžuolas</strong>".to_owned()),
        Just("<p>".to_owned()),
        Just("</p>".to_owned()),
        Just("<br>".to_owned()),
        Just("<a href=\"https://a.test/?b=1&amp;c=2\">čia</a>".to_owned()),
        Just("&amp;".to_owned()),
        Just("&nbsp;".to_owned()),
        Just("info@demo.test".to_owned()),
        Just(" M8x40-12 ".to_owned()),
        "[0-9]{1,7}([.,][0-9]{1,3})?( ?(cm|kg|€|%|m²))?",
        "[a-zšąčęėįųūž<>&;{}\"'#/ .,:×x\u{a0}\u{1}-]{0,12}",
        ".{0,6}",
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// What a translator does: other words, the pieces in their places.
fn translated(wire: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    let mut entity = false;
    for c in wire.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            '&' => entity = true,
            ';' => entity = false,
            _ => {}
        }
        let word = !inside && !entity && c.is_lowercase();
        out.push(if word { 'ü' } else { c });
    }
    out
}

/// The pieces that stay, each as often as it comes.
fn protected(text: &str) -> Vec<String> {
    let mut all: Vec<String> = find(text, &names()).into_iter().map(|f| text[f.at].to_owned()).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_round_trip_is_the_identity(text in texts()) {
        for guarded in [Guarded::plain(&text, &names()), Guarded::rich(&text, &names())] {
            prop_assert_eq!(guarded.original(), text.clone());
            prop_assert_eq!(guarded.restore_as_is(&guarded.wire()).unwrap(), text.clone());
        }
    }

    #[test]
    fn other_words_leave_what_stays(text in texts()) {
        let guarded = Guarded::plain(&text, &names());
        let told = guarded.restore_as_is(&translated(&guarded.wire())).unwrap();
        for piece in protected(&text) {
            let count = |t: &str| t.matches(piece.as_str()).count();
            prop_assert!(count(&told) >= 1 && count(&told) <= count(&text).max(1), "{} in {}", piece, told);
        }
        let rich = Guarded::rich(&text, &names());
        let told = rich.restore_as_is(&translated(&rich.wire())).unwrap();
        prop_assert_eq!(tags(&told), tags(&text));
    }

    #[test]
    fn a_piece_taken_away_or_doubled_is_noticed(text in texts(), pick in any::<prop::sample::Index>()) {
        let guarded = Guarded::rich(&text, &names());
        let wire = guarded.wire();
        let marks: Vec<usize> = wire.match_indices("<x ").map(|(at, _)| at).collect();
        if !marks.is_empty() {
            let at = marks[pick.index(marks.len())];
            let end = at + wire[at..].find('>').unwrap() + 1;
            let (lost, doubled) = (format!("{}{}", &wire[..at], &wire[end..]), format!("{}{}", &wire[..end], &wire[at..]));
            prop_assert_eq!(guarded.restore_as_is(&lost), Err(Spoiled::Lost));
            prop_assert_eq!(guarded.restore_as_is(&doubled), Err(Spoiled::Twice));
        }
    }

    #[test]
    fn figures_survive_the_change_of_language(text in texts()) {
        let figures = |t: &str| -> Vec<String> {
            let mut all: Vec<String> = t.chars().filter(char::is_ascii_digit).map(String::from).collect();
            all.sort();
            all
        };
        for (from, to) in [(LT, EN), (EN, DE), (DE, LT), (LT, DE)] {
            let guarded = Guarded::plain(&text, &names());
            prop_assert_eq!(figures(&guarded.carried(from, to)), figures(&text));
        }
    }
}
