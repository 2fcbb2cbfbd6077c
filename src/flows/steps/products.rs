//! Products with what belongs to them in other trades: price, stock, and how they look.

use crate::{
    catalog::{self, Kind, NewProduct, Placed},
    channels,
    kernel::{Fault, LocationId, PriceListId, Tx, VariantId},
    pricing::{self, NewPrice, Reduction},
    showcase,
    stock::{self, Counted, Policy, Reason},
};

/// Where prices and stock of a draft go, unless something else is said: the first channel's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Home {
    pub list: PriceListId,
    pub location: Option<LocationId>,
}

impl Home {
    pub(crate) async fn of_default(tx: &Tx) -> Result<Self, Fault> {
        let channel = channels::all(tx).await?.into_iter().next();
        let channel = channel.ok_or_else(|| Fault::not_found("channels.not_found"))?;
        Ok(Self { list: channel.price_list, location: channel.locations.first().copied() })
    }
}

/// Puts products with their prices and stock and shows them. Hundreds at a time.
pub(crate) async fn put(tx: &Tx, home: Home, drafts: Vec<NewProduct>, reason: Reason) -> Result<Vec<Placed>, Fault> {
    let goods: Vec<Goods> = drafts.iter().map(Goods::of).collect();
    let placed = catalog::put(tx, drafts).await?;
    let (mut prices, mut counts, mut policies) = (Vec::new(), Vec::new(), Vec::new());
    for (placed, goods) in placed.iter().zip(goods) {
        goods.say(&placed.variants, &mut prices, &mut counts, &mut policies);
    }
    pricing::set_prices(tx, home.list, &prices).await?;
    stock::set_policies(tx, &policies).await?;
    if let Some(location) = home.location
        && !counts.is_empty()
    {
        stock::count_many(tx, location, &counts, reason).await?;
    }
    let products: Vec<_> = placed.iter().map(|p| p.product).collect();
    showcase::project(tx, &products).await?;
    Ok(placed)
}

/// What a draft says that the catalogue does not keep, by the place of the variant.
struct Goods {
    kind: Kind,
    variants: Vec<(Option<crate::kernel::Money>, Reduction, Option<crate::kernel::Qty>, Option<u32>)>,
}

impl Goods {
    fn of(draft: &NewProduct) -> Self {
        let reduction = |announced: bool| if announced { Reduction::Announced } else { Reduction::None };
        let variants = draft.variants.iter().map(|v| (v.price, reduction(v.announced), v.stock, v.lead_days)).collect();
        Self { kind: draft.kind, variants }
    }

    fn say(
        self,
        ids: &[VariantId],
        prices: &mut Vec<NewPrice>,
        counts: &mut Vec<Counted>,
        policies: &mut Vec<(VariantId, Policy)>,
    ) {
        for (variant, (price, reduction, stock, days)) in ids.iter().copied().zip(self.variants) {
            if let Some(amount) = price {
                prices.push(NewPrice { variant, amount, reduction });
            }
            if let Some(on_hand) = stock {
                counts.push(Counted { variant, on_hand });
            }
            match (self.kind, days) {
                (Kind::Service, _) => policies.push((variant, Policy::Untracked)),
                (Kind::Goods, Some(days)) => policies.push((variant, Policy::MadeToOrder { days })),
                (Kind::Goods, None) => {}
            }
        }
    }
}
