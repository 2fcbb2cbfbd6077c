//! Vitrina, the shop without a wire: one catalogue, three windows, one history.
//!
//! Floor by floor, lowest first; a module imports downwards only (`tests/floors` holds it).
//!
//! | floor | modules |
//! |---|---|
//! | 0 | [`kernel`] · [`manifest`] · [`jobs`] · [`stage`] |
//! | 1 | `translation` ← `catalog` ← `pricing` → `tax` · `channels` · `stock` · `parties` · `access` · `media` · `content` · `configure` |
//! | 2 | `showcase` ← `promotions` |
//! | 3 | `sales` · `offers` · `contracts` · `aftersales` · `payments` · `documents` · `crm` · `mail` · `search` · `imports` |
//! | 3½ | `desk` |
//! | 4 | [`flows`] |

pub mod access;
pub mod aftersales;
pub mod catalog;
pub mod channels;
pub mod configure;
pub mod content;
pub mod contracts;
pub mod crm;
pub mod desk;
pub mod documents;
pub mod flows;
pub mod imports;
pub mod jobs;
pub mod kernel;
pub mod mail;
pub mod manifest;
pub mod media;
pub mod offers;
pub mod parties;
pub mod payments;
pub mod pricing;
pub mod promotions;
pub mod sales;
pub mod search;
pub mod showcase;
pub mod stage;
pub mod stock;
pub mod tax;
pub mod translation;
