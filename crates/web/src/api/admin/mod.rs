//! The office on a wire: what a secret key's rights open.

mod archive;
mod campaigns;
mod contract_view;
mod contracts;
mod customers;
mod discounts;
mod documents;
mod goods;
mod imports;
mod inquiries;
mod offer_head;
mod offer_lines;
mod offer_view;
mod offers;
mod orders;
mod payments;
mod picked;
mod product;
mod statements;
mod tasks;

pub use archive::Archive;
pub use campaigns::Campaigns;
pub use contracts::Contracts;
pub use customers::Customers;
pub use discounts::Discounts;
pub use documents::Documents;
pub use goods::Goods;
pub use imports::Imports;
pub use inquiries::Inquiries;
pub use offer_lines::OfferLines;
pub use offers::Offers;
pub use orders::Orders;
pub use payments::Payments;
pub use product::Products;
pub use statements::Statements;
pub use tasks::Tasks;
