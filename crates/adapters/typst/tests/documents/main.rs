//! What comes out of the typesetter, read back by programs that had no part in it: poppler for
//! the text and the picture, qpdf for the file, a decoder for the code that banks read.

mod golden;
mod reader;

use std::sync::{Arc, LazyLock};

use vitrina::{
    documents::{
        self, Attachment, Kind, Paper, Trouble, Typeset, Typesetter,
        specimens::{self, specimens},
    },
    kernel::Locale,
    stage::{Source, Stage},
};
use vitrina_typst::Typst;

use reader::{check, decoded, text};

static STAGE: LazyLock<Stage> = LazyLock::new(|| Stage::open(Source::embedded()).unwrap());
static TYPST: LazyLock<Typst> = LazyLock::new(|| Typst::new(STAGE.document_fonts()));

fn job(paper: &Paper) -> Typeset {
    documents::job(paper, &STAGE).unwrap()
}

fn set(paper: &Paper) -> Vec<u8> {
    TYPST.set(&job(paper)).unwrap()
}

fn sample(locale: Locale, name: &str) -> Paper {
    specimens(locale).into_iter().find(|s| s.name == name).map(|s| s.paper).unwrap()
}

/// What stands on the page, spaces of every kind as one, so that a line's end does not matter.
fn words(pdf: &[u8]) -> Option<String> {
    Some(text(pdf)?.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn the_theme_s_documents_have_nothing_to_mend() {
    let mut findings = documents::check(&STAGE, &*TYPST);
    findings.extend(vitrina::flows::contracts::check(&STAGE, &*TYPST));
    findings.extend(vitrina::flows::aftersales::check(&STAGE, &*TYPST));
    findings.extend(vitrina::flows::offers::check(&STAGE, &*TYPST));
    assert!(findings.is_empty(), "{findings:#?}");
}

/// What an inspection found stands on its paper in words, with where the goods went.
#[test]
fn a_paper_after_the_sale_says_what_was_found() {
    for kind in vitrina::aftersales::PaperKind::ALL {
        let pdf = TYPST.set(&vitrina::flows::aftersales::specimen(&STAGE, Locale::LT, *kind)).unwrap();
        check(&pdf, kind.as_str());
        let Some(text) = words(&pdf) else { continue };
        assert!(text.contains("PRT-2026-000012/1") && text.contains("Rūta Žemaitė") && text.contains("VIR-NAT"), "{text}");
        if *kind == vitrina::aftersales::PaperKind::Inspection {
            assert!(text.contains("Pažeista") && text.contains("Nurašyta: 1") && text.contains("Įtrūkusi koja"), "{text}");
        }
    }
}

#[test]
fn every_document_is_a_sound_archive_file() {
    for locale in [Locale::LT, Locale::EN, Locale::DE] {
        for sample in specimens(locale) {
            let pdf = set(&sample.paper);
            let head = String::from_utf8_lossy(&pdf);
            assert!(head.contains("<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"), "{}", sample.name);
            assert!(head.contains(&format!("/Lang({locale})")), "{} {locale}", sample.name);
            check(&pdf, sample.name);
        }
    }
}

#[test]
fn an_invoice_says_in_its_language_what_law_wants_to_read() {
    let want: [(Locale, &[&str]); 3] = [
        (
            Locale::LT,
            &[
                "PVM sąskaita faktūra",
                "Serija ir Nr. VIT-000123",
                "Išrašyta 2026-11-24",
                "Ąžuolė Čepaitytė-Žvirblienė",
                "PVM kodas LT100012345678",
                "Stalas „Giria“",
                "286,60 €",
                "−10,00 €",
                "21 %",
                "PVM 21 % nuo 276,60 €",
                "58,09 €",
                "3,11 €",
                "Suma su PVM 399,95 €",
                "Gauta iš anksto −142,63 €",
                "Mokėti 257,32 €",
                "devyniasdešimt devyni eurai, devyniasdešimt penki centai",
                "LT12 1000 0111 0100 1000",
                "RF38 VIT2 0260 0001",
                "Puslapis 1 iš 1",
            ],
        ),
        (
            Locale::EN,
            &[
                "VAT invoice",
                "No. VIT-000123",
                "Issued 24 November 2026",
                "VAT 21% of €276.60 €58.09",
                "To pay €257.32",
                "Page 1 of 1",
                "1 pc",
                "5 pcs",
            ],
        ),
        (
            Locale::DE,
            &[
                "Rechnung",
                "Ausgestellt 24.11.2026",
                "MwSt. 21 % auf 276,60 € 58,09 €",
                "Zu zahlen 257,32 €",
                "Überweisung",
                "Seite 1 von 1",
            ],
        ),
    ];
    for (locale, phrases) in want {
        let Some(words) = words(&set(&specimens::invoice(locale))) else { return };
        for phrase in phrases {
            assert!(words.contains(phrase), "{locale}: no {phrase:?} in {words}");
        }
    }
}

#[test]
fn letters_of_polish_lithuanian_and_german_are_letters_again_when_copied() {
    let buyer = "Przedsiębiorstwo „Łódź–Gdańsk Żółw” Spółka, ćńśźż ĄČĘĖĮŠŲŪŽ ąčęėįšųūž äöüÄÖÜß";
    let mut paper = specimens::invoice(Locale::LT);
    paper.buyer.name = buyer.into();
    let Some(words) = words(&set(&paper)) else { return };
    // A long name breaks, and the other column's words stand between its lines.
    for word in buyer.split(' ') {
        assert!(words.contains(word), "{word}: {words}");
    }
}

#[test]
fn what_a_document_is_called_follows_the_law() {
    let title = |name: &str| words(&set(&sample(Locale::LT, name)));
    let Some(untaxed) = title("seller_without_vat") else { return };
    assert!(untaxed.contains("Sąskaita faktūra") && !untaxed.contains("PVM sąskaita"), "{untaxed}");
    assert!(untaxed.contains("Pardavėjas nėra PVM mokėtojas"), "{untaxed}");
    let prepayment = title("prepayment").unwrap();
    assert!(prepayment.contains("Išankstinio mokėjimo sąskaita") && prepayment.contains("Mokėjimo prašymas, ne PVM sąskaita"));
    let credit = title("credit_note").unwrap();
    assert!(credit.contains("Kreditinė PVM sąskaita faktūra") && credit.contains("Taisoma sąskaita VIT-000123, 2026-11-24"));
    assert!(credit.contains("Priežastis: Prekės grąžintos per 14 dienų") && credit.contains("Grąžintina suma 399,95 €"));
    let abroad = title("abroad_without_vat").unwrap();
    assert!(abroad.contains("PVMĮ 49 str.") && abroad.contains("PVM 0 % nuo 1 106,40 €"), "{abroad}");
    let advance = title("advance_with_invoice").unwrap();
    assert!(advance.contains("Avansas pagal sąskaitą VIT-000098, 2026-10-02") && advance.contains("−100,00 €"), "{advance}");
    let zloty = title("other_currency").unwrap();
    assert!(zloty.contains("399,95 zł") && zloty.contains("PVM eurais 14,23 €"), "{zloty}");
}

#[test]
fn the_till_s_paper_has_a_part_for_the_payer() {
    let Some(receipt) = words(&set(&sample(Locale::LT, "cash_in"))) else { return };
    for phrase in [
        "Kasos pajamų orderis",
        "Kasos pajamų orderio kvitas",
        "KPO-000012",
        "Gauta iš",
        "Trys šimtai devyniasdešimt devyni eurai, devyniasdešimt penki centai",
        "Łucja Šimkutė",
    ] {
        assert!(receipt.contains(phrase), "{phrase}: {receipt}");
    }
    let refund = words(&set(&sample(Locale::LT, "cash_out"))).unwrap();
    assert!(
        refund.contains("Kasos išlaidų orderis") && refund.contains("Pinigus gavau") && !refund.contains("kvitas"),
        "{refund}"
    );
}

/// The page after the break begins with the table's head, and the totals never stand without a line.
#[test]
fn two_hundred_lines_break_over_pages_and_the_totals_keep_a_line() {
    for count in [14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 45, 200] {
        let Some(text) = text(&set(&specimens::many_lines(Locale::LT, count))) else { return };
        let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
        for (n, page) in pages.iter().enumerate() {
            assert!(page.contains("Prekė ar paslauga") && page.contains("DET-"), "{count} lines, page {}: {page}", n + 1);
            assert!(page.contains(&format!("Puslapis {} iš {}", n + 1, pages.len())), "{page}");
        }
        let last = pages.last().unwrap();
        assert!(last.contains(&format!("DET-{count:04}")) && last.contains("Mokėti"), "{count}: {last}");
        assert_eq!(text.matches("DET-").count(), count);
    }
}

#[test]
fn a_bank_s_app_reads_from_the_printed_page_what_was_meant() {
    let paper = specimens::invoice(Locale::LT);
    let Some(read) = decoded(&set(&paper)) else { return };
    assert_eq!(read, paper.pay.unwrap().epc);
}

#[test]
fn the_same_snapshot_gives_the_same_bytes() {
    let first = set(&specimens::invoice(Locale::LT));
    // Another typesetter, another theme's pointer, after other documents.
    let other = Typst::new(STAGE.document_fonts());
    let stage = Stage::open(Source::embedded()).unwrap();
    for sample in specimens(Locale::DE) {
        other.set(&documents::job(&sample.paper, &stage).unwrap()).unwrap();
    }
    let again = documents::job(&specimens::invoice(Locale::LT), &stage).unwrap();
    assert!(other.set(&again).unwrap() == first, "the bytes differ");
    let mut later = specimens::invoice(Locale::LT);
    later.number = "VIT-000124".into();
    assert!(set(&later) != first);
}

#[test]
fn many_threads_at_once_set_the_same_documents() {
    let jobs: Vec<Typeset> = specimens(Locale::EN).iter().map(|s| job(&s.paper)).collect();
    let want: Vec<Vec<u8>> = jobs.iter().map(|j| TYPST.set(j).unwrap()).collect();
    std::thread::scope(|scope| {
        for turn in 0..4 {
            let (jobs, want) = (&jobs, &want);
            scope.spawn(move || {
                for n in 0..jobs.len() {
                    let n = (n + turn * 3) % jobs.len();
                    assert!(TYPST.set(&jobs[n]).unwrap() == want[n]);
                }
            });
        }
    });
}

#[test]
fn a_file_travels_inside_and_comes_out_as_it_was() {
    let xml = "<?xml version=\"1.0\"?><rsm:CrossIndustryInvoice>Ąžuolė</rsm:CrossIndustryInvoice>";
    let mut job = job(&specimens::invoice(Locale::LT));
    job.attachments.push(Attachment::factur_x(xml));
    let pdf = TYPST.set(&job).unwrap();
    let head = String::from_utf8_lossy(&pdf);
    assert!(head.contains("<pdfaid:part>3</pdfaid:part>") && head.contains("/AFRelationship/Alternative"));
    for said in ["<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>", "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"] {
        assert!(head.contains(said), "{said}");
    }
    check(&pdf, "with a file");
    if let Some(carried) = reader::carried(&pdf, "factur-x.xml") {
        assert_eq!(carried, xml);
    }
}

/// A theme of one template, for what templates must not do.
fn with_template(source: &str) -> Typeset {
    let mut job = job(&specimens::invoice(Locale::LT));
    let mut files = (*job.files).clone();
    files.insert("documents/invoice.typ".into(), source.into());
    job.files = Arc::new(files);
    job
}

#[test]
fn a_template_reaches_nothing_but_its_job() {
    for source in [
        "#read(\"/etc/passwd\")",
        "#read(\"../../../../etc/passwd\")",
        "#image(\"logo.png\")",
        "#import \"@preview/cetz:0.3.4\": canvas",
        "#import \"/documents/none.typ\": *",
        "#datetime.today().display()",
        "#plugin(\"/x.wasm\")",
    ] {
        let trouble = TYPST.set(&with_template(source)).unwrap_err();
        assert!(matches!(&trouble, Trouble::Template(said) if said.contains("documents/invoice.typ:1")), "{source}: {trouble}");
    }
    let mut job = job(&specimens::invoice(Locale::LT));
    job.template = "../invoice".into();
    assert!(matches!(TYPST.set(&job), Err(Trouble::NoTemplate(_))));
}

/// As docs/themes.md tells it.
#[test]
fn a_child_theme_changes_one_part_of_every_document() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("winter/documents");
    std::fs::create_dir_all(&folder).unwrap();
    let manifest = "id = \"winter\"\nname = \"W\"\nversion = \"1.0.0\"\ntheme_api = 1\nparent = \"default\"\n";
    std::fs::write(dir.path().join("winter/theme.toml"), manifest).unwrap();
    let layout = "#import \"/default/documents/layout.typ\" as default\n#import \"/default/documents/layout.typ\": *\n\
                  #let notes() = { default.notes(); align(center, text(fill: accent)[Winter hours: 9–15]) }\n";
    std::fs::write(folder.join("layout.typ"), layout).unwrap();
    let stage = Stage::open(Source::folder(dir.path(), "winter")).unwrap();
    let findings = documents::check(&stage, &*TYPST);
    assert!(findings.is_empty(), "{findings:#?}");
    let pdf = TYPST.set(&documents::job(&specimens::invoice(Locale::EN), &stage).unwrap()).unwrap();
    if let Some(words) = words(&pdf) {
        assert!(words.contains("Winter hours: 9–15") && words.contains("To pay"), "{words}");
    }
    std::fs::write(folder.join("invoice.typ"), "#import \"/documents/layout.typ\": *\n#show: sheet\n#nothing()\n").unwrap();
    let findings = documents::check(&stage, &*TYPST);
    let said = findings.iter().find(|f| f.template == "documents/invoice").unwrap();
    assert!(said.detail.contains("documents/invoice.typ:3") && said.detail.contains("nothing"), "{}", said.detail);
}

#[test]
fn a_template_that_never_ends_is_stopped() {
    assert!(TYPST.set(&with_template("#let x = 0\n#while true { x += 1 }")).is_err());
    assert!(TYPST.set(&with_template("#let f(x) = f(x + 1)\n#f(0)")).is_err());
}

/// 30,000 × 30,000 pixels in a few bytes of head.
fn bomb() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x75\x30\0\0\x75\x30\x08\x06\0\0\0".to_vec();
    png.extend(0xd51e_5d6d_u32.to_be_bytes());
    png
}

#[test]
fn a_picture_that_would_burst_is_refused_by_name() {
    let entities =
        "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY a \"aaaa\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&a;</svg>";
    let linked = "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>";
    for bytes in [bomb(), entities.into(), linked.into(), b"%PDF-1.7".to_vec(), vec![0; 64]] {
        let mut job = job(&specimens::invoice(Locale::LT));
        job.pictures.insert("logo".into(), bytes.into());
        let trouble = TYPST.set(&job).unwrap_err();
        assert!(matches!(&trouble, Trouble::Picture { name, .. } if name == "logo"), "{trouble}");
    }
}

#[test]
fn a_logo_stands_in_place_of_the_name() {
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(300, 90).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let mut job = job(&specimens::invoice(Locale::LT));
    job.pictures.insert("logo".into(), png.into_inner().into());
    let pdf = TYPST.set(&job).unwrap();
    check(&pdf, "with a logo");
    assert!(String::from_utf8_lossy(&pdf).contains("/Subtype/Image"));
}

#[test]
fn a_date_that_is_none_is_said() {
    let mut paper = specimens::invoice(Locale::LT);
    paper.issued_on = "2026-13-40".into();
    assert!(matches!(TYPST.set(&job(&paper)), Err(Trouble::Date(_))));
}

#[test]
fn every_kind_of_document_has_a_template_and_a_sample() {
    let shown: Vec<Kind> = specimens(Locale::LT).iter().map(|s| s.paper.kind).collect();
    for kind in Kind::ALL {
        assert!(STAGE.document_files().contains_key(&format!("documents/{}.typ", kind.as_str())), "{kind:?}");
        assert!(shown.contains(kind), "{kind:?}");
    }
}
