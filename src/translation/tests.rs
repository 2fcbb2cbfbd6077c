//! Sources, translations and what becomes of them, on every engine.

use uuid::Uuid;

use super::*;
use crate::kernel::{Actor, Locale, testing};

const LT: Locale = Locale::LT;
const EN: Locale = Locale::EN;
const DE: Locale = Locale::DE;

fn title(entity: Uuid, locale: Locale, value: &str) -> NewText {
    NewText::new(entity, "title", locale, value)
}

#[tokio::test]
async fn a_translation_goes_stale_with_its_source_and_recovers_with_it() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let it = tx.uuid();
        let state = async |locale| texts_of(&tx, &[it]).await.unwrap().exact(it, "title", locale).map(|t| t.state);
        set_many(&tx, LT, vec![title(it, EN, "Oak table"), title(it, LT, "Ąžuolinis stalas")]).await.unwrap();
        assert_eq!((state(LT).await, state(EN).await), (Some(TextState::Ok), Some(TextState::Ok)), "{}", db.name);
        set(&tx, title(it, LT, "Ąžuolo stalas")).await.unwrap();
        assert_eq!((state(LT).await, state(EN).await), (Some(TextState::Ok), Some(TextState::Stale)), "{}", db.name);
        assert_eq!(open_count(&tx, EN).await.unwrap(), 1);
        set(&tx, title(it, LT, "Ąžuolinis stalas")).await.unwrap();
        assert_eq!(state(EN).await, Some(TextState::Ok), "{}", db.name);
        set(&tx, title(it, LT, "Stalas")).await.unwrap();
        set(&tx, title(it, EN, "Table")).await.unwrap();
        assert_eq!(state(EN).await, Some(TextState::Ok), "{}", db.name);
    }
}

#[tokio::test]
async fn what_is_missing_falls_back_while_reading() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let it = tx.uuid();
        // English was written first here, whatever the shop speaks.
        set_many(&tx, EN, vec![title(it, LT, "Stalas"), title(it, EN, "Table")]).await.unwrap();
        let texts = texts_of(&tx, &[it]).await.unwrap();
        assert_eq!(texts.source(it, "title"), Some(EN));
        let german = texts.pick(it, "title", DE).unwrap();
        assert_eq!((german.value, german.locale, german.fallback), ("Table", EN, true), "{}", db.name);
        assert!(!texts.pick(it, "title", LT).unwrap().fallback);
        assert_eq!(texts.word(it, "teaser", LT), "");
        assert!(!texts.speaks(it, DE));
        set(&tx, title(it, LT, "")).await.unwrap();
        let texts = texts_of(&tx, &[it]).await.unwrap();
        assert_eq!(texts.word(it, "title", LT), "Table", "{}", db.name);
    }
}

#[tokio::test]
async fn a_translation_set_alone_knows_its_source() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let it = tx.uuid();
        set(&tx, title(it, LT, "Stalas")).await.unwrap();
        set(&tx, title(it, EN, "Table")).await.unwrap();
        let texts = texts_of(&tx, &[it]).await.unwrap();
        let english = texts.exact(it, "title", EN).unwrap();
        assert_eq!(english.source_hash.as_deref(), Some(source_hash("Stalas").as_str()), "{}", db.name);
        // The source said again is no change.
        set(&tx, title(it, LT, "Stalas")).await.unwrap();
        let texts = texts_of(&tx, &[it]).await.unwrap();
        assert_eq!(texts.exact(it, "title", EN).unwrap().state, TextState::Ok, "{}", db.name);
    }
}

#[tokio::test]
async fn the_same_again_changes_nothing() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let ids: Vec<Uuid> = (0..700).map(|_| tx.uuid()).collect();
        let texts = || ids.iter().flat_map(|id| [title(*id, LT, "a"), title(*id, EN, "b")]).collect::<Vec<_>>();
        assert_eq!(set_many(&tx, LT, texts()).await.unwrap().len(), 700, "{}", db.name);
        assert!(set_many(&tx, LT, texts()).await.unwrap().is_empty(), "{}", db.name);
    }
}

#[tokio::test]
async fn rich_texts_are_cleaned_and_controls_dropped() {
    for db in testing::databases().await {
        let app = db.app();
        let tx = app.begin(&Actor::System).await.unwrap();
        let it = tx.uuid();
        let evil = NewText::new(it, "description", LT, "<p>a\u{1f}</p><script>x</script>");
        set_many(&tx, LT, vec![evil, title(it, LT, "5 < 6")]).await.unwrap();
        let texts = texts_of(&tx, &[it]).await.unwrap();
        assert_eq!(texts.word(it, "description", LT), "<p>a</p>", "{}", db.name);
        assert_eq!(texts.word(it, "title", LT), "5 < 6", "{}", db.name);
    }
}
