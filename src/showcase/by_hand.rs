//! A line that a person gave a price.

use super::{Fault, Line};
use crate::{channels::TaxDisplay, kernel::Money, pricing::Manual, tax};

impl Line {
    /// The same line at a price by hand of one unit; what it would have cost stays beside it. What a kit
    /// holds keeps its shares of the sum.
    ///
    /// # Errors
    /// [`Fault::TooLarge`].
    pub fn by_hand(mut self, manual: &Manual) -> Result<Self, Fault> {
        let too_large = |_| Fault::TooLarge;
        self.list_gross = Some(self.list_gross.unwrap_or(self.unit_gross));
        self.unit_gross = manual.unit;
        self.unit_net = tax::unit_net(manual.unit, self.rate).map_err(too_large)?;
        self.total_gross = self.qty.times(manual.unit).ok_or(Fault::TooLarge)?;
        self.total_net = match self.tax {
            TaxDisplay::Gross => tax::net_of(self.total_gross, self.rate).map_err(too_large)?,
            TaxDisplay::Net => self.unit_net.times(self.qty, manual.unit.currency).ok_or(Fault::TooLarge)?,
        };
        self.why = Some(manual.why.clone());
        if let Some(made) = &mut self.configured {
            let weights: Vec<i64> = made.parts.iter().map(|part| part.share.minor).collect();
            for (part, minor) in made.parts.iter_mut().zip(tax::allocate(self.total_gross.minor, &weights)) {
                part.share = Money { minor, ..part.share };
            }
        }
        Ok(self)
    }
}
