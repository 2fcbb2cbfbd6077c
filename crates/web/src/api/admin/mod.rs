//! The office on a wire: what a secret key's rights open.

mod customers;
mod documents;
mod goods;
mod imports;
mod inquiries;
mod orders;
mod product;
mod tasks;

pub use customers::Customers;
pub use documents::Documents;
pub use goods::Goods;
pub use imports::Imports;
pub use inquiries::Inquiries;
pub use orders::Orders;
pub use product::Products;
pub use tasks::Tasks;
