//! A child theme that changes one block: the example of docs/themes.md, and a broken one.

use std::path::{Path, PathBuf};

use serde_json::Value;
use vitrina_tests::{How, Shop, engines};

use crate::Place;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/themes")
}

fn check(themes: &Path, theme: &str) -> crate::Said {
    let place = Place::new("sqlite");
    let folder = themes.to_str().expect("a path");
    place.run_with(&["theme", "check", "--json", "--theme-dir", folder], &[("VITRINA_THEME_NAME", theme)])
}

#[test]
fn the_built_in_theme_and_the_example_pass_the_check() {
    for theme in ["default", "winter"] {
        let said = check(&examples(), theme).ended(0);
        let findings: Vec<Value> = serde_json::from_str(&said.out).expect("JSON");
        assert!(findings.iter().all(|f| f["severity"] == "note"), "{findings:#?}");
    }
}

#[test]
fn a_broken_theme_is_named_with_file_and_remedy() {
    let themes = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = themes.path().join("broken").join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("theme.toml", "id = \"broken\"\nname = \"Broken\"\nversion = \"1.0.0\"\ntheme_api = 1\nparent = \"default\"\n");
    write(
        "layout/storefront.html",
        "{% extends \"default/layout/storefront.html\" %}{% block head %}<img src=\"/x.png\">{{ t(key=\"broken.none\") }}{{ super() }}{% endblock %}",
    );
    write(
        "templates/storefront/product.html",
        "{% extends \"default/templates/storefront/product.html\" %}{% block main %}<h1>{{ card.title }}</h1>{% endblock %}",
    );
    let said = check(themes.path(), "broken").ended(1);
    let findings: Vec<Value> = serde_json::from_str(&said.out).expect("JSON");
    let has = |code: &str, file: &str, detail: &str, remedy: &str| {
        findings.iter().any(|f| {
            let says = |key: &str, part: &str| f[key].as_str().is_some_and(|text| text.contains(part));
            f["code"] == code
                && f["severity"] == "error"
                && says("file", file)
                && says("detail", detail)
                && says("remedy", remedy)
        })
    };
    assert!(has("missing_alt", "broken/layout/storefront.html", "/x.png", "alt="), "{findings:#?}");
    assert!(has("missing_text", "broken/layout/storefront.html", "broken.none", "locales/"), "{findings:#?}");
    for slot in ["legal-guarantee", "product-safety"] {
        assert!(has("missing_slot", "broken/templates/storefront/product.html", slot, "super()"), "{findings:#?}");
    }
    write("theme.toml", "id = \"broken\"\nname = \"Broken\"\nversion = \"1.0.0\"\ntheme_api = 2\nparent = \"default\"\n");
    let refused = check(themes.path(), "broken").ended(1);
    assert!(refused.err.contains("theme_api 2"), "{}", refused.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shop_shows_the_block_of_the_theme_that_is_chosen() {
    for engine in engines() {
        let args = vec!["--theme-dir".to_owned(), examples().to_str().expect("a path").to_owned()];
        let env = vec![("VITRINA_THEME_NAME".to_owned(), "winter".to_owned())];
        let shop = Shop::open_with(engine, How { env, args });
        for (path, words) in [("/en/", "sent before Christmas"), ("/lt/", "Iki Kalėdų"), ("/de/", "vor Weihnachten")] {
            let page = shop.visitor().get(path).await.expect(200);
            assert!(page.body.contains(words), "{path} has the notice");
            assert!(page.link("/cart").is_some(), "{path} has the rest of the head");
        }
        let plain = Shop::open(engine).visitor().get("/en/").await.expect(200);
        assert!(!plain.body.contains("sent before Christmas"));
    }
}
