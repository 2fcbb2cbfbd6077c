//! What every surface stands on: the shop, its theme, and the few things read once until a
//! commit says that they changed.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use vitrina::{
    channels::{self, Channel},
    content::{self, PageLink},
    kernel::{App, Currency, Fault, Locale},
    sales::Tariffs,
    search::Labels,
    showcase::{self, Shelf},
    stage::Stage,
};

/// Cheap to clone.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    app: App,
    stage: Stage,
    /// Keep rendered pages of anonymous visitors; off while measuring without.
    cache: crate::storefront::PageCache,
    lately: RwLock<HashMap<(Locale, Option<Currency>), (u64, Arc<Lately>)>>,
    channels: RwLock<(u64, Arc<Vec<Channel>>)>,
}

/// The frame of every page in one language.
#[derive(Clone)]
pub struct Lately {
    pub channel: Channel,
    pub menu: Vec<Shelf>,
    pub legal: Vec<PageLink>,
    pub labels: Labels,
    pub tariffs: Tariffs,
}

impl Site {
    pub fn new(app: App, stage: Stage) -> Self {
        let cache = crate::storefront::PageCache::new(app.settings().flag("shop.page_cache"));
        Self(Arc::new(Inner { app, stage, cache, lately: RwLock::default(), channels: RwLock::default() }))
    }
    pub fn app(&self) -> &App {
        &self.0.app
    }
    pub fn stage(&self) -> &Stage {
        &self.0.stage
    }
    pub fn cache(&self) -> &crate::storefront::PageCache {
        &self.0.cache
    }

    /// Every channel, as of the last commit that changed one.
    ///
    /// # Faults
    /// Whatever the database says.
    pub async fn channels(&self) -> Result<Arc<Vec<Channel>>, Fault> {
        // Nothing was read yet while the stamp is 0; a shop without channels asks again.
        let stamp = self.app().generations().stamp([]) + 1;
        let known = self.0.channels.read().unwrap_or_else(PoisonError::into_inner).clone();
        if known.0 == stamp {
            return Ok(known.1);
        }
        let all = Arc::new(channels::all(self.app().reader()).await?);
        *self.0.channels.write().unwrap_or_else(PoisonError::into_inner) = (stamp, all.clone());
        Ok(all)
    }

    /// Channel, menu and footer in a language, as of the last commit that changed any of them.
    ///
    /// # Faults
    /// Whatever the database says; `channels.unknown` in a shop without a channel.
    pub async fn lately(&self, locale: Locale) -> Result<Arc<Lately>, Fault> {
        let stamp = self.app().generations().stamp([]);
        let known = self.0.lately.read().unwrap_or_else(PoisonError::into_inner).get(&(locale, None)).cloned();
        if let Some((at, lately)) = known
            && at == stamp
        {
            return Ok(lately);
        }
        let db = self.app().reader();
        let channel = channels::by_code(db, "default").await?;
        let lately = Arc::new(Lately {
            menu: showcase::menu(db, locale).await?,
            legal: content::shown(db, locale).await?,
            labels: vitrina::search::labels(db, locale, channel.source()).await?,
            tariffs: Tariffs::read(db).await?,
            channel,
        });
        self.0.lately.write().unwrap_or_else(PoisonError::into_inner).insert((locale, None), (stamp, lately.clone()));
        Ok(lately)
    }

    /// The same with prices in another currency of the channel; as it is when there are none in it.
    ///
    /// # Faults
    /// As [`Site::lately`].
    pub async fn lately_in(&self, locale: Locale, currency: Currency) -> Result<Arc<Lately>, Fault> {
        let stamp = self.app().generations().stamp([]);
        let key = (locale, Some(currency));
        let known = self.0.lately.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((at, lately)) = known
            && at == stamp
        {
            return Ok(lately);
        }
        let home = self.lately(locale).await?;
        let Some(channel) = home.channel.in_currency(currency) else { return Ok(home) };
        let lately = Arc::new(Lately { channel, ..Lately::clone(&home) });
        self.0.lately.write().unwrap_or_else(PoisonError::into_inner).insert(key, (stamp, lately.clone()));
        Ok(lately)
    }
}
