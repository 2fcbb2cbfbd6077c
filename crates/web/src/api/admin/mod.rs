//! The office on a wire: what a secret key's rights open.

mod customers;
mod goods;
mod imports;
mod inquiries;
mod orders;
mod product;
mod statements;
mod tasks;

pub use customers::Customers;
pub use goods::Goods;
pub use imports::Imports;
pub use inquiries::Inquiries;
pub use orders::Orders;
pub use product::Products;
pub use statements::Statements;
pub use tasks::Tasks;
