//! Somebody in the office who fills forms.

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

    /// Sends a form of a page with its token; answers where it leads, `None` when it is refused.
    pub async fn post(&mut self, page: &str, to: &str, body: &str) -> anyhow::Result<Option<String>> {
        let csrf = self.csrf(page).await?;
        self.send(&csrf, to, body).await
    }

    /// The same with a token that is at hand.
    pub async fn send(&mut self, csrf: &str, to: &str, body: &str) -> anyhow::Result<Option<String>> {
        let body = format!("csrf={csrf}&{body}");
        let done = self.wire.send("POST", to, &format!("{FORM}{}", self.cookie), body.as_bytes()).await?;
        Ok(done.header("location").filter(|_| done.status == 303).map(str::to_owned))
    }

    /// A page of the office.
    pub async fn get(&mut self, page: &str) -> anyhow::Result<String> {
        Ok(String::from_utf8_lossy(&self.bytes(page).await?).into_owned())
    }

    /// A file of the office.
    pub async fn bytes(&mut self, path: &str) -> anyhow::Result<Vec<u8>> {
        let answer = self.wire.send("GET", path, &self.cookie, &[]).await?;
        ensure!(answer.status == 200, "{path} answers {}", answer.status);
        Ok(answer.body)
    }

    /// The token of a page's forms.
    pub async fn csrf(&mut self, page: &str) -> anyhow::Result<String> {
        let page = self.wire.send("GET", page, &self.cookie, &[]).await?;
        let text = String::from_utf8_lossy(&page.body);
        Ok(text.split("name=\"csrf\" value=\"").nth(1).and_then(|t| t.split('"').next()).context("a form")?.to_owned())
    }

    /// The token of the newest sign-in letter to somebody.
    pub async fn link(&mut self, email: &str) -> anyhow::Result<String> {
        for _ in 0..200 {
            let list = self.wire.send("GET", "/office/letters", &self.cookie, &[]).await?;
            let text = String::from_utf8_lossy(&list.body).into_owned();
            let row = text.split("<tr").find(|row| row.contains(email));
            if let Some(letter) = row.and_then(|row| row.split("/office/letters/").nth(1)).and_then(|t| t.split('"').next()) {
                let body = self.wire.send("GET", &format!("/office/letters/{letter}/body"), &self.cookie, &[]).await?;
                let text = String::from_utf8_lossy(&body.body).into_owned();
                if let Some(token) = text.split("sign-in?token=").nth(1) {
                    return Ok(token.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect());
                }
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        anyhow::bail!("no letter to {email}")
    }

    /// Gives a product another English title.
    pub async fn rename(&mut self, product: &str, title: &str) -> anyhow::Result<()> {
        let path = format!("/office/products/{product}");
        let saved = self.post(&path, &format!("{path}/texts"), &format!("en.title={title}")).await?;
        ensure!(saved.is_some(), "the title is not saved");
        Ok(())
    }
}
