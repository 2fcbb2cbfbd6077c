//! Which goods a buyer may send back without a reason.

use serde::Serialize;

/// Directive 2011/83/EU: a consumer has 14 days (art. 9), but not for what is made to their own
/// choice (art. 16(c)), and a business has no such right. The texts are `returns.CODE`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Returns {
    #[default]
    All,
    Some,
    None,
    /// A business bought: nothing is said.
    Business,
}

impl Returns {
    /// Of lines, by whether each is made to the buyer's choice.
    pub fn of(made: impl IntoIterator<Item = bool>, business: bool) -> Self {
        let (mut chosen, mut shelf) = (false, false);
        made.into_iter().for_each(|made| if made { chosen = true } else { shelf = true });
        match (business, chosen, shelf) {
            (true, ..) => Self::Business,
            (_, true, true) => Self::Some,
            (_, true, false) => Self::None,
            _ => Self::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Returns;

    #[test]
    fn what_is_made_to_choice_stays_with_its_buyer() {
        for (made, business, right) in [
            (&[][..], false, Returns::All),
            (&[false, false], false, Returns::All),
            (&[false, true], false, Returns::Some),
            (&[true, true], false, Returns::None),
            (&[false, true], true, Returns::Business),
        ] {
            assert_eq!(Returns::of(made.iter().copied(), business), right, "{made:?}");
        }
    }
}
