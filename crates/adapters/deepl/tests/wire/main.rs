//! The adapters against the stand-in, over HTTP.

use std::time::{Duration, Instant};

use vitrina::{
    kernel::Locale,
    translation::{Batch, Quota, Translator, Trouble},
};
use vitrina_deepl::{DeepL, Libre, Patience};
use vitrina_tests::deepl::{DeepLStandIn, Fault, KEY};

const LT: Locale = Locale::LT;
const DE: Locale = Locale::DE;

fn patience() -> Patience {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Patience { timeout: Duration::from_secs(2), first_wait: Duration::from_millis(20), tries: 4 }
}

fn account(server: &DeepLStandIn) -> DeepL {
    DeepL::with_patience(&server.url(), KEY, "more", patience()).unwrap()
}

fn batch(texts: &[&str]) -> Batch {
    Batch { from: LT, to: DE, texts: texts.iter().map(|t| (*t).to_owned()).collect(), glossary: Vec::new() }
}

#[tokio::test]
async fn texts_come_back_in_their_order_with_what_they_cost() {
    let server = DeepLStandIn::start().await;
    let answer =
        account(&server).translate(&batch(&["Stalas <x id=\"1\"/> &amp; kėdė", "<p id=\"1\">Ąžuolas</p>"])).await.unwrap();
    assert_eq!(answer.texts, ["Stalasde <x id=\"1\"/> &amp; kėdėde", "<p id=\"1\">Ąžuolasde</p>"]);
    assert_eq!(answer.billed, Some("Stalas  & kėdė".chars().count() as i64 + 7));
    let heard = &server.translations()[0];
    assert!(heard.agent.starts_with("Vitrina/"), "{}", heard.agent);
    for (name, want) in [("source_lang", "LT"), ("target_lang", "DE"), ("tag_handling", "xml"), ("formality", "prefer_more")] {
        assert_eq!(heard.body[name], want);
    }
}

#[tokio::test]
async fn english_is_told_with_its_country() {
    let server = DeepLStandIn::start().await;
    let batch = Batch { to: Locale::EN, ..batch(&["Stalas"]) };
    assert_eq!(account(&server).translate(&batch).await.unwrap().texts, ["Stalasen"]);
    assert_eq!(server.translations()[0].body["target_lang"], "EN-GB");
}

#[tokio::test]
async fn many_and_long_texts_go_in_requests_that_are_taken() {
    let server = DeepLStandIn::start().await;
    let long = "ąžuolas ".repeat(3_000);
    let texts: Vec<String> = (0..120).map(|n| format!("{n} a")).chain((0..6).map(|_| long.clone())).collect();
    let all = Batch { texts: texts.clone(), ..batch(&[]) };
    let answer = account(&server).translate(&all).await.unwrap();
    assert_eq!(answer.texts.len(), texts.len());
    assert!(answer.texts[..120].iter().enumerate().all(|(n, t)| *t == format!("{n} ade")));
    for heard in server.translations() {
        assert!(heard.body["text"].as_array().unwrap().len() <= 50 && heard.bytes <= 128 << 10, "{}", heard.bytes);
    }
}

#[tokio::test]
async fn a_busy_server_is_asked_again_with_growing_pauses() {
    let server = DeepLStandIn::start().await;
    server.faults([Fault::Status(429), Fault::Status(503), Fault::Cut]);
    let begun = Instant::now();
    let answer = account(&server).translate(&batch(&["Stalas"])).await;
    // A body that was cut is no refusal of the request, so it is told and not asked again.
    assert!(matches!(answer, Err(Trouble::Unavailable(_))), "{answer:?}");
    assert!(begun.elapsed() >= Duration::from_millis(10 + 20), "{:?}", begun.elapsed());
    assert_eq!(server.translations().len(), 3);
    server.faults([Fault::Status(529), Fault::Status(504), Fault::Status(500)]);
    assert_eq!(account(&server).translate(&batch(&["Stalas"])).await.unwrap().texts, ["Stalasde"]);
    server.faults([Fault::Status(429); 4]);
    assert!(matches!(account(&server).translate(&batch(&["a"])).await, Err(Trouble::Unavailable(why)) if why == "HTTP 429"));
}

#[tokio::test]
async fn what_cannot_be_mended_by_waiting_is_said_at_once() {
    let server = DeepLStandIn::start().await;
    let wrong = DeepL::with_patience(&server.url(), "somebody-elses-key", "", patience()).unwrap();
    assert!(matches!(wrong.translate(&batch(&["a"])).await, Err(Trouble::Key(why)) if !why.contains("somebody")));
    assert!(matches!(wrong.quota().await, Err(Trouble::Key(_))));
    server.quota(10, 12);
    assert_eq!(account(&server).translate(&batch(&["Stalas"])).await, Err(Trouble::Quota));
    assert_eq!(account(&server).quota().await, Ok(Some(Quota { used: 10, limit: Some(12) })));
    assert_eq!(server.translations().len(), 2, "nothing was asked twice");
    let unknown = Batch { to: "xx".parse().unwrap(), ..batch(&["a"]) };
    assert!(matches!(account(&server).translate(&unknown).await, Err(Trouble::Refused(_))));
    server.quota(0, 1_000_000);
    for fault in [Fault::Garbage, Fault::Short] {
        server.faults([fault]);
        assert!(matches!(account(&server).translate(&batch(&["a", "b"])).await, Err(Trouble::Unavailable(_))), "{fault:?}");
    }
    let nobody = DeepL::with_patience("http://127.0.0.1:9", KEY, "", Patience { tries: 2, ..patience() }).unwrap();
    assert!(matches!(nobody.translate(&batch(&["a"])).await, Err(Trouble::Unavailable(_))));
    assert!(DeepL::new("", " ", "").is_err());
}

#[tokio::test]
async fn the_glossary_is_made_once_and_anew_when_it_changes() {
    let server = DeepLStandIn::start().await;
    let deepl = account(&server);
    let with = |words: &[(&str, &str)]| Batch {
        glossary: words.iter().map(|(s, t)| ((*s).to_owned(), (*t).to_owned())).collect(),
        ..batch(&["Stalas ąžuolas"])
    };
    let oak = with(&[("ąžuolas", "Eiche")]);
    assert_eq!(deepl.translate(&oak).await.unwrap().texts, ["Stalasde Eiche"]);
    assert_eq!(deepl.translate(&oak).await.unwrap().texts, ["Stalasde Eiche"]);
    // Another process of the shop finds it.
    assert_eq!(account(&server).translate(&oak).await.unwrap().texts, ["Stalasde Eiche"]);
    assert_eq!(server.glossaries().len(), 1);
    assert_eq!(deepl.translate(&with(&[("ąžuolas", "Eichenholz")])).await.unwrap().texts, ["Stalasde Eichenholz"]);
    assert_eq!(server.glossaries().len(), 1, "the old one is gone");
    server.drop_glossaries();
    assert_eq!(deepl.translate(&with(&[("ąžuolas", "Eichenholz")])).await.unwrap().texts, ["Stalasde Eichenholz"]);
}

#[tokio::test]
async fn ones_own_server_speaks_libretranslate() {
    let server = DeepLStandIn::start().await;
    let libre = Libre::with_patience(&server.url(), None, patience()).unwrap();
    let texts: Vec<String> = (0..45).map(|n| format!("<x id=\"1\"/> žodis {n}")).collect();
    server.faults([Fault::Status(429)]);
    let answer = libre.translate(&Batch { texts, ..batch(&[]) }).await.unwrap();
    assert_eq!(answer.texts.len(), 45);
    assert_eq!(answer.texts[44], "<x id=\"1\"/> žodisde 44");
    assert_eq!((answer.billed, libre.quota().await), (None, Ok(None)));
    let wrong = Libre::with_patience(&server.url(), Some("no"), patience()).unwrap();
    assert!(matches!(wrong.translate(&batch(&["a"])).await, Err(Trouble::Key(_))));
    assert!(Libre::new("", None).is_err());
}
