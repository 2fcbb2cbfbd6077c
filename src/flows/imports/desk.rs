//! What an import looks up again and again: where prices go, the category tree by names, the
//! producers, the tax categories.

use std::collections::HashMap;

use catalog_import::{Contact, ProductDraft, Vat};

use crate::{
    catalog::{self, NewCategory, NewProducer, Producer, field, slugify},
    channels,
    imports::{Market, Problem},
    kernel::{CategoryId, Fault, Moment, ProducerId, Reads, Tx, fold},
    tax, translation,
};

pub(super) struct Desk {
    pub market: Market,
    rates: tax::Rates,
    /// By parent and folded name in any language.
    shelves: HashMap<(Option<CategoryId>, String), CategoryId>,
    codes: HashMap<CategoryId, String>,
    taken: std::collections::HashSet<String>,
    producers: HashMap<String, Producer>,
    /// The tree has grown since it was last shown.
    pub grown: bool,
}

impl Desk {
    pub(super) async fn read(db: &impl Reads) -> Result<Self, Fault> {
        let channel = channels::all(db).await?.into_iter().next();
        let channel = channel.ok_or_else(|| Fault::not_found("channels.not_found"))?;
        let market = Market {
            source: channel.source(),
            currency: channel.currency,
            country: channel.country.clone(),
            list: channel.price_list,
            location: channel.locations.first().copied(),
        };
        let tree = catalog::categories(db).await?;
        let ids: Vec<uuid::Uuid> = tree.iter().map(|c| c.id.0).collect();
        let texts = translation::texts_of(db, &ids).await?;
        let mut shelves = HashMap::new();
        for category in &tree {
            for text in texts.of(category.id).iter().filter(|t| t.field == field::NAME) {
                shelves.entry((category.parent_id, fold(&text.value))).or_insert(category.id);
            }
        }
        let producers = catalog::producers(db).await?.into_iter().map(|p| (p.code.clone(), p)).collect();
        let taken = tree.iter().map(|c| c.code.clone()).collect();
        let codes = tree.into_iter().map(|c| (c.id, c.code)).collect();
        Ok(Self { market, rates: tax::rates(db).await?, shelves, codes, taken, producers, grown: false })
    }

    /// The categories of the draft's paths; what is missing is made.
    pub(super) async fn categories(&mut self, tx: &Tx, draft: &ProductDraft) -> Result<Vec<CategoryId>, Fault> {
        let mut ends = Vec::with_capacity(draft.categories.len());
        for path in &draft.categories {
            let mut parent: Option<CategoryId> = None;
            for name in path.iter().filter(|n| !n.trim().is_empty()) {
                let key = (parent, fold(name));
                let known = self.shelves.get(&key).copied();
                let id = match known {
                    Some(id) => id,
                    None => self.make(tx, parent, name.trim()).await?,
                };
                self.shelves.insert(key, id);
                parent = Some(id);
            }
            ends.extend(parent.filter(|id| !ends.contains(id)));
        }
        Ok(ends)
    }

    async fn make(&mut self, tx: &Tx, parent: Option<CategoryId>, name: &str) -> Result<CategoryId, Fault> {
        let above = parent.and_then(|id| self.codes.get(&id)).map(|code| format!("{code}/")).unwrap_or_default();
        let wish = format!("{above}{}", slugify(name));
        let mut code = wish.clone();
        let mut n = 2;
        while !self.taken.insert(code.clone()) {
            code = format!("{wish}-{n}");
            n += 1;
        }
        let mut new = NewCategory::new(code.clone(), self.market.source, name);
        new.parent = parent;
        let id = catalog::add_categories(tx, self.market.source, vec![new]).await?.into_iter().next();
        let id = id.ok_or(catalog::Fault::NoCategory)?;
        self.codes.insert(id, code);
        self.grown = true;
        Ok(id)
    }

    /// The producer of the draft, made or mended where the file knows more.
    pub(super) async fn producer(&mut self, tx: &Tx, draft: &ProductDraft) -> Result<Option<ProducerId>, Fault> {
        let Some(maker) = &draft.producer else { return Ok(None) };
        let Some(name) = &maker.name else { return Ok(None) };
        let rep = draft.responsible.clone().unwrap_or_default();
        let same = self.producers.values().find(|p| p.name == *name);
        let code = same.map_or_else(|| slugify(name), |p| p.code.clone());
        let old = self.producers.get(&code);
        let or = |new: &Option<String>, old: Option<&String>| new.clone().or_else(|| old.cloned()).unwrap_or_default();
        let of = |c: &Contact| (c.address.clone(), c.email.clone());
        let (address, contact) = of(maker);
        let new = NewProducer {
            code: code.clone(),
            name: name.clone(),
            address: or(&address, old.map(|p| &p.address)),
            country: old.map(|p| p.country.clone()).unwrap_or_default(),
            contact: or(&contact, old.map(|p| &p.contact)),
            rep_name: or(&rep.name, old.map(|p| &p.rep_name)),
            rep_address: or(&rep.address, old.map(|p| &p.rep_address)),
            rep_contact: or(&rep.email, old.map(|p| &p.rep_contact)),
        };
        if let Some(old) = old.filter(|old| same_as(old, &new)) {
            return Ok(Some(old.id));
        }
        let id = catalog::put_producer(tx, new.clone()).await?;
        let NewProducer { code, name, address, country, contact, rep_name, rep_address, rep_contact } = new;
        let kept = Producer { id, code: code.clone(), name, address, country, contact, rep_name, rep_address, rep_contact };
        self.producers.insert(code, kept);
        Ok(Some(id))
    }

    /// The shop's tax category for what a file says; `None` when it says nothing.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn vat(&self, vat: Option<&Vat>, at: Moment) -> Result<Option<String>, Problem> {
        let Some(vat) = vat else { return Ok(None) };
        let rate = |category: &str| self.rates.charged(&self.market.country, category, at).ok();
        let known = || ["standard", "reduced", "super_reduced", "zero"].into_iter().filter(|c| rate(c).is_some());
        if let Some(word) = vat.category.as_deref().map(str::trim).filter(|w| !w.is_empty()) {
            let plain = word.to_lowercase().replace([' ', '-'], "_");
            // What other shops call the usual four.
            let category = match plain.as_str() {
                "parent" => return Ok(None),
                "default" | "taxable" | "taxable_goods" | "standard_rate" => "standard",
                "reduced_rate" => "reduced",
                "zero_rate" | "none" | "exempt" | "tax_exempt" => "zero",
                other => other,
            };
            if rate(category).is_some() {
                return Ok(Some(category.to_owned()));
            }
            let args = [("value", word.to_owned()), ("known", known().collect::<Vec<_>>().join(", "))];
            return Err(Problem::seen(None, "vat.category", &args));
        }
        let Some(micro) = vat.rate_micro else { return Ok(None) };
        let fits = known().find(|c| rate(c).is_some_and(|r| r.0 == micro));
        let said = || format!("{}.{:02} %", micro / 10_000, micro % 10_000 / 100);
        fits.map(|c| Some(c.to_owned())).ok_or_else(|| Problem::seen(None, "vat.unknown", &[("rate", said())]))
    }
}

fn same_as(old: &Producer, new: &NewProducer) -> bool {
    old.name == new.name
        && old.address == new.address
        && old.contact == new.contact
        && old.rep_name == new.rep_name
        && old.rep_address == new.rep_address
        && old.rep_contact == new.rep_contact
}
