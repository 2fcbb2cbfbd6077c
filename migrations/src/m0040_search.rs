//! Why: each node keeps its own search index and must know, after a restart, how far it had read
//! the queue that `m0012_showcase` made.

crate::migration!(
    "m0040_search",
    "
create table search_node (
    node text not null primary key,
    seen_at bigint not null
);
"
);
