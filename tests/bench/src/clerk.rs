//! Somebody in the office who changes a title, as the form does it.

use anyhow::{Context, ensure};

use crate::{shop::Shop, wire::Wire};

pub struct Clerk {
    wire: Wire,
    cookie: String,
}

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

impl Clerk {
    /// Signs the owner in with the password that the demo printed.
    pub async fn sign_in(shop: &Shop) -> anyhow::Result<Self> {
        let owner = shop.info["logins"].as_array().into_iter().flatten().find(|l| l["role"] == "owner").context("an owner")?;
        let word = |name: &str| owner[name].as_str().unwrap_or_default().replace('@', "%40");
        let mut wire = Wire::open(&shop.url).await?;
        let body = format!("email={}&password={}", word("email"), word("password"));
        let answer = wire.send("POST", "/office/login", FORM, body.as_bytes()).await?;
        let cookie = answer.header("set-cookie").and_then(|c| c.split(';').next()).context("the office lets nobody in")?;
        Ok(Self { cookie: format!("cookie: {cookie}\r\n"), wire })
    }

    /// Gives a product another English title.
    pub async fn rename(&mut self, product: &str, title: &str) -> anyhow::Result<()> {
        let path = format!("/office/products/{product}");
        let page = self.wire.send("GET", &path, &self.cookie, &[]).await?;
        let text = String::from_utf8_lossy(&page.body);
        let csrf = text.split("name=\"csrf\" value=\"").nth(1).and_then(|t| t.split('"').next()).context("a form")?;
        let body = format!("csrf={csrf}&en.title={title}");
        let saved = self.wire.send("POST", &format!("{path}/texts"), &format!("{FORM}{}", self.cookie), body.as_bytes()).await?;
        ensure!(saved.status == 303, "the title is not saved: {}", saved.status);
        Ok(())
    }
}
