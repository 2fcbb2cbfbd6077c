//! Why: letters carry documents. A letter names them by id; the bytes are fetched when it leaves.

crate::migration!(
    "m0331_attachments",
    "
alter table letter add column attached text;
"
);
