//! What a shop window needs.

mod account;
mod asking;
mod cart;
mod cart_view;
mod cases;
mod configure;
mod goods;
mod goods_view;
mod links;
mod offers;
mod orders;

pub use account::Accounts;
pub use asking::Asking;
pub use cart::Carts;
pub use cases::Cases;
pub use goods::Goods;
pub use links::Links;
pub use offers::Offers;
pub use orders::{Order, Orders, StoreOrder};
