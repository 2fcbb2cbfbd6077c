//! Why: an offer is written in its manager's language and read in its customer's. What was sent keeps
//! both: the version in the customer's language, and the original that it was translated from.

crate::migration!(
    "m0365_offer_language",
    "
alter table offer add column written_in text not null default '';
update offer set written_in = locale;
alter table offer_version add column original text;
"
);
