//! The office on a wire: what a secret key's rights open.

mod customers;
mod goods;
mod imports;
mod orders;
mod tasks;

pub use customers::Customers;
pub use goods::Goods;
pub use imports::Imports;
pub use orders::Orders;
pub use tasks::Tasks;
