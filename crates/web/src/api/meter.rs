//! How often one address or one key may ask: counters in the process, since writing one down for
//! each read would cost more than the read. With several nodes each counts for itself.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use vitrina::kernel::Moment;

/// Above this many counters those that are paid off are dropped.
const MANY: usize = 20_000;
const MINUTE: i64 = 60_000;

/// Counters of one kind of caller (GCRA: each holds the moment at which its requests are paid off).
#[derive(Debug, Default)]
pub struct Meter(Mutex<HashMap<String, i64>>);

/// What a caller has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// Requests in a minute.
    pub quota: i64,
    pub remaining: i64,
    /// Seconds until one more is allowed (when refused) or until all are.
    pub seconds: i64,
}

impl Meter {
    /// Counts a request. `quota` is how many a minute holds, all of them at once if need be.
    ///
    /// # Errors
    /// The same when there was none left.
    pub fn count(&self, who: &str, quota: i64, now: Moment) -> Result<Left, Left> {
        let quota = quota.clamp(1, MINUTE);
        let (now, every) = (now.0, MINUTE / quota);
        let most = every * quota;
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() > MANY {
            counters.retain(|_, paid| *paid > now);
        }
        // A clock that was set back must not lock anybody out for long.
        let paid = counters.get(who).copied().unwrap_or(now).clamp(now, now + most);
        let next = paid + every;
        if next - now > most {
            return Err(Left { quota, remaining: 0, seconds: (next - now - most) / 1000 + 1 });
        }
        counters.insert(who.to_owned(), next);
        Ok(Left { quota, remaining: (most - (next - now)) / every, seconds: (next - now + 999) / 1000 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_one_by_one() {
        let meter = Meter::default();
        let at = |ms: i64| Moment(1_000_000 + ms);
        for n in 0..60 {
            assert_eq!(meter.count("a", 60, at(0)).unwrap().remaining, 59 - n);
        }
        assert_eq!(meter.count("a", 60, at(0)).unwrap_err().seconds, 2);
        assert!(meter.count("b", 60, at(0)).is_ok(), "somebody else's requests are not counted");
        assert!(meter.count("a", 60, at(1_000)).is_ok());
        assert!(meter.count("a", 60, at(1_000)).is_err());
        assert_eq!(meter.count("a", 60, at(120_000)).unwrap().remaining, 59);
    }
}
