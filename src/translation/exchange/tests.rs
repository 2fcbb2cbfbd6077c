//! What goes out comes in again, whatever the texts are.

use proptest::prelude::*;

use super::*;
use crate::translation::{TextOrigin, protect::Names};

fn names() -> Names {
    Names::new(["Nida", "Nida Plus", "Vitrina"])
}

const LT: Locale = Locale::LT;
const DE: Locale = Locale::DE;

fn text() -> impl Strategy<Value = String> {
    // What a text of the shop can hold: controls are dropped when it is set.
    prop_oneof!["[a-zšąA-ZŽ0-9 <>&;\"',.=+@{}\n\t-]{1,40}", "<p>[a-z &<>]{0,12}</p>", "[^\\p{C}]{1,20}", protected(),]
        .prop_filter("something is said", |t| !t.trim().is_empty())
}

/// Texts of pieces that stay and of markup, in any order.
fn protected() -> impl Strategy<Value = String> {
    let pieces = vec![
        "Stalas ",
        "{{ name }}",
        " Nida Plus ",
        "<strong>",
        "</strong>",
        "<p>",
        "</p>",
        "<br>",
        "<a href=\"https://a.test/?b=1&amp;c=2\">",
        "</a>",
        "&amp;",
        "&nbsp;",
        "&auml;",
        "USB ",
        "3,5 cm",
        "1 234,50 €",
        "1.234,50 €",
        "2026-11-30",
        "30.11.2026",
        "M8x40",
        "info@a.test",
        "&",
        ">",
        "\u{a0}",
        "</p >",
        "3.5",
        " ",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..12).prop_map(|pieces| pieces.concat())
}

fn entries() -> impl Strategy<Value = Vec<NewMemory>> {
    let entry = (text(), text(), prop::sample::select(Domain::ALL), any::<bool>(), any::<bool>()).prop_map(
        |(source, target, domain, human, back)| {
            let (from, to) = if back { (DE, LT) } else { (LT, DE) };
            let origin = if human { TextOrigin::Human } else { TextOrigin::Machine };
            NewMemory { from, to, domain, source, target, origin }
        },
    );
    prop::collection::vec(entry, 0..8)
}

fn some_units() -> impl Strategy<Value = Vec<Unit>> {
    let progress = prop::sample::select(vec![Progress::Open, Progress::Translated, Progress::Final]);
    let unit = (text(), text(), progress, any::<bool>(), "[0-9a-f]{8}:(title|attr\\.a-b|description)");
    let unit = unit.prop_map(|(source, target, progress, rich, id)| {
        let target = if progress == Progress::Open { String::new() } else { target };
        Unit { id, from: LT, to: DE, source, target, progress, rich }
    });
    prop::collection::vec(unit, 0..8)
}

proptest! {
    #[test]
    fn a_memory_goes_round(entries in entries()) {
        for format in [Format::Tmx, Format::Csv] {
            let file = memory(format, &entries).unwrap();
            let back = read(file.as_bytes(), Domain::Ui).unwrap();
            prop_assert_eq!(back, Brought::Memory(entries.clone()), "{:?}: {}", format, file);
        }
    }

    #[test]
    fn texts_go_round(all in some_units()) {
        for format in [Format::Xliff12, Format::Xliff20, Format::Csv] {
            let file = units(format, &all, &names()).unwrap();
            let back = read(file.as_bytes(), Domain::Product).unwrap();
            prop_assert_eq!(back, Brought::Units(all.clone()), "{:?}: {}", format, file);
        }
    }

    #[test]
    fn a_glossary_goes_round(words in prop::collection::vec((text(), text(), any::<bool>()), 0..8)) {
        let terms: Vec<NewTerm> = words
            .into_iter()
            .map(|(term, target, name)| if name { NewTerm::Name(term) } else { NewTerm::Word { from: LT, to: DE, term, target } })
            .collect();
        prop_assert_eq!(read(glossary(&terms).as_bytes(), Domain::Product).unwrap(), Brought::Terms(terms));
    }

    #[test]
    fn no_file_makes_it_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..300), head in prop::sample::select(vec!["", "<tmx><body><tu>", "<xliff version=\"1.2\">", "id,source,target,source_locale,target_locale\n"])) {
        let mut file = head.as_bytes().to_vec();
        file.extend(bytes);
        let _ = read(&file, Domain::Product);
    }
}

/// A unit about a table, as it is sent to a translator.
fn a_unit() -> Unit {
    Unit {
        id: "019c653f-0000-7000-8000-000000000000:description".into(),
        from: LT,
        to: DE,
        source: "<p>Stalas <strong>Nida</strong>, 1,8 m &amp; USB 3,0<br>kodas BT-2000/5, {vardas}</p>".into(),
        target: "<p><strong>Nida</strong>: ein Tisch, 1,8 m</p>".into(),
        progress: Progress::Translated,
        rich: true,
    }
}

#[test]
fn what_stays_is_an_element() {
    let file = units(Format::Xliff12, &[a_unit()], &names()).unwrap();
    for element in [
        "<g id=\"1\" ctype=\"x-vitrina-markup\" equiv-text=\"&lt;p&gt;\">Stalas <g id=\"2\" ctype=\"x-vitrina-markup\" equiv-text=\"&lt;strong&gt;\">",
        "<x id=\"3\" ctype=\"x-vitrina-token\" equiv-text=\"Nida\"/></g>, ",
        "<x id=\"4\" ctype=\"x-vitrina-token\" equiv-text=\"1,8 m\"/> &amp; USB ",
        "equiv-text=\"&lt;br&gt;\"/>kodas <x ",
        "equiv-text=\"{vardas}\"/></g></source>",
        "<target state=\"needs-review-translation\"><g id=\"1\" ",
    ] {
        assert!(file.contains(element), "{element}: {file}");
    }
    let file = units(Format::Xliff20, &[a_unit()], &names()).unwrap();
    for element in [
        "<data id=\"d1\">&lt;p&gt;</data><data id=\"d2\">&lt;/p&gt;</data>",
        "<pc id=\"1\" dataRefStart=\"d1\" dataRefEnd=\"d2\">Stalas <pc id=\"2\" ",
        "<ph id=\"4\" type=\"other\" subType=\"vitrina:token\" equiv=\"1,8 m\" dataRef=\"d6\"/> &amp; USB ",
    ] {
        assert!(file.contains(element), "{element}: {file}");
    }
}

/// A file as a translator's desktop program saves it: its own names, the text cut into marked segments, tags
/// copied without what they stand for, a proposal and a note beside.
#[test]
fn a_file_that_a_translators_program_saved_is_read() {
    let unit = a_unit();
    let file = units(Format::Xliff12, &[Unit { progress: Progress::Open, ..unit.clone() }], &names()).unwrap();
    let source = file.split("<source>").nth(1).and_then(|p| p.split("</source>").next()).unwrap();
    let saved = file
        .replace("<xliff version=\"1.2\"", "<xliff version=\"1.2\" xmlns:mq=\"MQXliff\"")
        .replace("<trans-unit ", "<trans-unit mq:status=\"ManuallyConfirmed\" approved=\"yes\" ")
        .replace("target-language=\"de\"", "target-language=\"de-DE\"")
        .replace(
            "</trans-unit>",
            &format!(
                "<seg-source><mrk mtype=\"seg\" mid=\"0\">{source}</mrk></seg-source>\
                 <target state=\"final\"><g id=\"1\"><mrk mtype=\"seg\" mid=\"0\">Tisch <g id=\"2\"><x id=\"3\"/></g>, <x id=\"4\"></x> &amp; USB\n \
                 <x id=\"5\"/><x id=\"6\"/></mrk><mrk mtype=\"seg\" mid=\"1\">Code <x id=\"7\" mq:val=\"BT\"/>, <x id=\"8\"/></mrk></g></target>\
                 <note>x</note><alt-trans><source>y</source><target>z <x id=\"3\"/></target></alt-trans></trans-unit>"
            ),
        );
    let Brought::Units(found) = read(saved.as_bytes(), Domain::Product).unwrap() else { panic!() };
    let want = "<p>Tisch <strong>Nida</strong>, 1,8 m &amp; USB\n 3,0<br>Code BT-2000/5, {vardas}</p>";
    assert_eq!((found[0].source.as_str(), found[0].target.as_str()), (unit.source.as_str(), want));
    assert_eq!((found[0].progress, found[0].rich), (Progress::Final, true));

    // Numbers are written as the reader's language does, names of standards are not.
    let plain = Unit {
        source: "Jungtis USB 3,0 ir 1 234,5 mm".into(),
        target: String::new(),
        rich: false,
        progress: Progress::Open,
        ..unit
    };
    let plain = Unit { to: Locale::EN, ..plain };
    for (format, target) in [
        (Format::Xliff12, "<target>Port USB <x id=\"1\"/> and <x id=\"2\"/></target></trans-unit>"),
        (Format::Xliff20, "<target>Port USB <ph id=\"1\" dataRef=\"d1\"/> and <ph id=\"2\" dataRef=\"d2\"/></target></segment>"),
    ] {
        let file = units(format, std::slice::from_ref(&plain), &names()).unwrap();
        let end = if format == Format::Xliff12 { "</trans-unit>" } else { "</segment>" };
        let saved = file.replace(end, target).replace("state=\"initial\"", "state=\"reviewed\"");
        let Brought::Units(found) = read(saved.as_bytes(), Domain::Product).unwrap() else { panic!() };
        assert_eq!(found[0].target, "Port USB 3,0 and 1,234.5 mm", "{saved}");
        assert_eq!(found[0].source, plain.source);
    }
}

/// Elements of other programs' files, and what a file of ours looked like before its markup was elements.
#[test]
fn elements_of_every_kind_stand_for_what_they_say() {
    let of = |inner: &str| {
        let file = format!(
            "<xliff version=\"1.2\"><file source-language=\"lt\" target-language=\"de\"><body><trans-unit id=\"a:title\" datatype=\"html\">\
             <source>{inner}</source><target>{inner}</target></trans-unit></body></file></xliff>"
        );
        let Brought::Units(found) = read(file.as_bytes(), Domain::Product).unwrap() else { panic!() };
        assert_eq!(found[0].source, found[0].target);
        found[0].target.clone()
    };
    for (inner, want) in [
        ("&lt;p&gt;a &amp;amp; b&lt;/p&gt;", "<p>a &amp; b</p>"),
        ("<bpt id=\"1\">&lt;b&gt;</bpt>a<ept id=\"1\">&lt;/b&gt;</ept>", "<b>a</b>"),
        ("a <ph id=\"1\" equiv-text=\"{0}\">{0}</ph> b", "a {0} b"),
        ("<bx id=\"1\" equiv-text=\"&lt;b&gt;\"/>a<ex id=\"1\" equiv-text=\"&lt;/b&gt;\"/>", "<b>a</b>"),
        ("a<mrk mtype=\"protected\">b</mrk><it id=\"2\" pos=\"open\">&lt;i&gt;</it>", "ab<i>"),
        ("<g id=\"1\">a</g>", "a"),
    ] {
        assert_eq!(of(inner), want, "{inner}");
    }
    let two = "<xliff version=\"2.0\" srcLang=\"lt\" trgLang=\"de\"><file id=\"f\"><unit id=\"u\" name=\"a:title\"><originalData><data id=\"d1\">&lt;b&gt;</data>\
        <data id=\"d2\">&lt;/b&gt;</data></originalData><segment state=\"final\"><source><sc id=\"1\" dataRef=\"d1\"/>a<ec startRef=\"1\" dataRef=\"d2\"/></source>\
        <target><mrk id=\"m\" translate=\"no\"><pc id=\"1\" dataRefStart=\"d1\" dataRefEnd=\"d2\">b</pc></mrk><cp hex=\"00e4\"/></target></segment></unit></file></xliff>";
    let Brought::Units(found) = read(two.as_bytes(), Domain::Product).unwrap() else { panic!() };
    assert_eq!((found[0].source.as_str(), found[0].target.as_str()), ("<b>a</b>", "<b>b</b>ä"));
}

#[test]
fn files_of_other_programs_are_read() {
    let tmx = "\u{feff}<?xml version=\"1.0\"?><tmx version=\"1.4\"><header srclang=\"lt-LT\"/><body><tu tuid=\"1\"><note>n</note>\
        <tuv xml:lang=\"de-DE\"><seg>Tisch <bpt i=\"1\"/>rot<ept i=\"1\"/></seg></tuv><tuv xml:lang=\"LT-lt\"><seg>Stalas</seg></tuv></tu></body></tmx>";
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(tmx.trim_start_matches('\u{feff}').encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [tmx.as_bytes(), &wide] {
        let Brought::Memory(found) = read(bytes, Domain::Offer).unwrap() else { panic!() };
        assert_eq!((found[0].from, found[0].to, found[0].domain), (LT, DE, Domain::Offer));
        assert_eq!((found[0].source.as_str(), found[0].target.as_str()), ("Stalas", "Tisch rot"));
    }
    let xliff = "<xliff xmlns=\"urn:oasis:names:tc:xliff:document:2.0\" version=\"2.0\" srcLang=\"lt\" trgLang=\"de\"><file id=\"f\"><unit id=\"a:title\">\
        <notes><note>x</note></notes><segment state=\"reviewed\"><source>Stalas </source><target>Tisch </target></segment><ignorable><source> </source></ignorable>\
        <segment><source>Nida</source><target>Nida</target></segment></unit></file></xliff>";
    let Brought::Units(found) = read(xliff.as_bytes(), Domain::Product).unwrap() else { panic!() };
    assert_eq!((found[0].id.as_str(), found[0].target.as_str()), ("a:title", "Tisch Nida"));
    let semicolons = "source_locale;target_locale;term;translation\r\nlt;de;ąžuolas;Eiche\r\n";
    assert!(matches!(read(semicolons.as_bytes(), Domain::Product), Ok(Brought::Terms(t)) if t.len() == 1));
}

#[test]
fn what_cannot_be_read_names_its_line() {
    let wrong = read(b"<tmx>\n<body>\n<tu><tuv xml:lang=\"lt\"><seg>a</tuv></tu>", Domain::Product);
    assert!(matches!(wrong, Err(Fault::Unreadable { line: 3, .. })), "{wrong:?}");
    assert_eq!(read(b"<html></html>", Domain::Product), Err(Fault::Format));
    assert_eq!(read(b"a,b\n1,2\n", Domain::Product), Err(Fault::Format));
    let bad = read("source_locale,target_locale,source,target\nlt,de,a,b\nlietuvių,de,a,b\n".as_bytes(), Domain::Product);
    assert!(matches!(bad, Err(Fault::Unreadable { line: 3, .. })), "{bad:?}");
    // A billion laughs are not read.
    let laughs = "<!DOCTYPE tmx [<!ENTITY a \"ha\">]><tmx><body><tu><tuv xml:lang=\"lt\"><seg>&a;</seg></tuv></tu></body></tmx>";
    assert!(matches!(read(laughs.as_bytes(), Domain::Product), Err(Fault::Unreadable { .. })));
}
