//! Sales promises: an order stays exactly as it was agreed. A line never changes because the
//! catalogue did, a price that moved since the customer last saw it is said before anything
//! is written, and no more leaves the house than was ordered.
//!
//! A cart is a list of wishes under a random token, priced anew from the showcase each time
//! somebody looks. Placing freezes it into lines. States stand in one table
//! ([`state::TRANSITIONS`]), each step is a row with who, when and why.
//!
//! Sales knows nothing of the customer's history or of letters: flows call both.

mod cart;
mod cart_view;
mod checkout;
mod claims;
mod delivery;
mod draft;
mod fault;
mod list;
mod money;
mod order;
mod order_history;
mod order_lines;
mod ordered;
mod payable;
mod place;
mod settle;
mod shipment;
pub mod state;
mod transfer;
mod views;

pub use cart::{
    CartKey, Claim, MAX_LINES, MAX_QTY, NewCart, Put, add, add_configured, claim, offer_of, open, ordered_as, remove, set,
};
pub use cart::{save_code, save_contact, save_delivery, save_offer, save_payment, sweep};
pub use cart_view::{CartLine, CartView, Change, Item, count, grams, items, priced, view};
pub use checkout::{CheckoutView, Stage, checkout};
pub use claims::{Claimed, batches, claim_line, claims, give_again, take_back, unclaim};
pub use delivery::{Kind as DeliveryKind, Load};
pub use delivery::{Method, MethodId, Quote, Tariff, Tariffs, Words, methods, remove_method, save_method};
pub use draft::{Address, Contact, Draft};
pub use fault::Fault;
pub use list::{After, Bought, OrderQuery, OrderRow, OrderSort, Orders, bought, list, of_party};
pub use money::{Account, Owing, account, account_by_token, credit, held_out, lock_account, note_credited, note_reminded, owing};
pub use money::{Troubled, by_number, in_trouble, numbers, set_attention, set_deposit, set_hold, set_payment_state, to_take};
pub use order::{Moved, advance, erase, export, repoint};
pub use order_history::{EventView, ShipmentView, ShippedLine};
pub use order_lines::LineView;
pub use ordered::{ordered_since, usual};
pub use payable::{Payable, find_payable, payable, payable_by_ids};
pub use place::{NewOrder, Payment, Placed, place, placed};
pub use settle::{Settled, as_seen, sale_of, settle};
pub use shipment::{NewShipment, Shipped, ship};
pub use state::{State, Step};
pub use transfer::{Transfer, epc, qr_svg, reference};
pub use views::{DeliveryView, DiscountView, Head, OrderView, TaxView, by_token, head, order};
