//! Sharing a sum out without losing or inventing a cent.

/// Shares `total` minor units over `weights` by the method of the largest remainder; ties go to
/// the earlier line. The shares always sum to `total`.
///
/// Weights are taken by their magnitude relative to their sum; when they sum to zero (nothing to
/// go by) the shares are equal. A negative total is shared as its mirror image, so that a credit
/// note splits exactly as its invoice did. Empty weights give no shares.
pub fn allocate(total: i64, weights: &[i64]) -> Vec<i64> {
    if weights.is_empty() {
        return Vec::new();
    }
    let positive = weights.iter().all(|w| *w >= 0);
    let negative = weights.iter().all(|w| *w <= 0);
    let even = weights.iter().all(|w| *w == 0) || !(positive || negative);
    let weights: Vec<u128> = weights.iter().map(|w| if even { 1 } else { u128::from(w.unsigned_abs()) }).collect();
    let sum: u128 = weights.iter().sum();
    let whole = u128::from(total.unsigned_abs());

    let mut shares: Vec<u128> = weights.iter().map(|w| whole * w / sum).collect();
    let left = usize::try_from(whole - shares.iter().sum::<u128>()).unwrap_or(0);
    let mut order: Vec<usize> = (0..weights.len()).collect();
    // A stable sort: equal remainders keep the order of the lines.
    order.sort_by_key(|i| std::cmp::Reverse(whole * weights[*i] % sum));
    for i in order.into_iter().take(left) {
        shares[i] += 1;
    }
    let sign = total.signum();
    shares.into_iter().map(|s| sign * i64::try_from(s).unwrap_or(i64::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_the_domain_notes() {
        assert_eq!(allocate(1000, &[1, 1, 1]), [334, 333, 333]);
        assert_eq!(allocate(500, &[1999, 501, 7500]), [100, 25, 375]);
        assert_eq!(allocate(5, &[1; 7]), [1, 1, 1, 1, 1, 0, 0]);
    }

    #[test]
    fn a_credit_note_mirrors_its_invoice() {
        assert_eq!(allocate(-1000, &[1, 1, 1]), [-334, -333, -333]);
        assert_eq!(allocate(-500, &[-1999, -501, -7500]), [-100, -25, -375]);
    }

    #[test]
    fn nothing_to_go_by_is_shared_evenly() {
        assert_eq!(allocate(3, &[0, 0]), [2, 1]);
        assert!(allocate(3, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_total(total in any::<i64>(), weights in prop::collection::vec(0_i64..1_000_000_000, 1..40)) {
            prop_assert_eq!(allocate(total, &weights).iter().map(|s| i128::from(*s)).sum::<i128>(), i128::from(total));
        }

        #[test]
        fn no_share_is_a_cent_or_more_away_from_its_part(total in 0_i64..10_000_000, weights in prop::collection::vec(1_i64..100_000, 1..20)) {
            let sum: i64 = weights.iter().sum();
            for (share, weight) in allocate(total, &weights).iter().zip(&weights) {
                let exact = i128::from(total) * i128::from(*weight);
                prop_assert!((i128::from(*share) * i128::from(sum) - exact).abs() < i128::from(sum));
            }
        }
    }
}
