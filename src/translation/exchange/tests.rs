//! What goes out comes in again, whatever the texts are.

use proptest::prelude::*;

use super::*;
use crate::translation::TextOrigin;

const LT: Locale = Locale::LT;
const DE: Locale = Locale::DE;

fn text() -> impl Strategy<Value = String> {
    // What a text of the shop can hold: controls are dropped when it is set.
    prop_oneof!["[a-zšąA-ZŽ0-9 <>&;\"',.=+@{}\n\t-]{1,40}", "<p>[a-z &<>]{0,12}</p>", "[^\\p{C}]{1,20}",]
        .prop_filter("something is said", |t| !t.trim().is_empty())
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
            let file = units(format, &all).unwrap();
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
