//! Invoices before their judges: the golden examples to the letter, and the official rules of
//! EN 16931, Peppol and Factur-X over samples, random sales and spoilt documents.

mod deal;
mod golden;
mod judge;
mod spoil;
mod texts;
mod words;
