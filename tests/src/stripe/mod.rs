//! A stand-in for Stripe: a real HTTP server with Checkout Sessions, payments, refunds, disputes,
//! the balance and signed webhooks, and with everything that goes wrong on demand.
//!
//! ```no_run
//! # async fn f() {
//! use vitrina_tests::stripe::{Endpoint, Fault, Sending, StripeStandIn};
//! let stripe = StripeStandIn::start().await;             // give stripe.url() to the shop
//! stripe.webhooks("http://127.0.0.1:8080/hooks/stripe", "whsec_test");
//! stripe.delivery(|_| vec![Sending::AT_ONCE; 2]);       // each event twice
//! stripe.faults().next(Endpoint::Start, Fault::Cut);
//! let session = stripe.sessions().pop().unwrap();
//! let payment = stripe.pay(&session.id).unwrap();       // or a click on session's page
//! stripe.refund(&payment, Some(500)).unwrap();
//! stripe.quiet().await;                                 // every event is on its way no more
//! assert_eq!(stripe.balance()["eur"], session.amount - 500);
//! # }
//! ```

mod books;
mod faults;
mod form;
mod hooks;
mod http;
mod objects;
#[cfg(test)]
mod shapes;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use poem::listener::{Acceptor, Listener, TcpListener};
use serde_json::Map;
use tokio::runtime::Handle;

use books::Books;
pub use books::{Balance, StripeEvent};
pub use faults::{Endpoint, Fault, Faults};
use hooks::Hooks;
pub use hooks::{Sending, Signed, signature};
pub use objects::{Dispute, Movement, Payment, Refund, Refusal, Session};

/// The server; it ends with its owner.
pub struct StripeStandIn {
    stand: Stand,
    server: tokio::task::JoinHandle<()>,
}

#[derive(Clone)]
struct Stand {
    books: Arc<Mutex<Books>>,
    faults: Arc<Faults>,
    hooks: Arc<Hooks>,
    runtime: Handle,
    /// Seconds; the machine's clock where nothing was set.
    clock: Arc<Mutex<Option<i64>>>,
}

impl Stand {
    fn now(&self) -> i64 {
        let set = *self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        #[expect(clippy::disallowed_methods, reason = "another party's clock")]
        set.unwrap_or_else(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            since.map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(0))
        })
    }

    /// Changes the books and sends the events of it on their way.
    fn change<T>(&self, change: impl FnOnce(&mut Books) -> T) -> T {
        let (done, events) = {
            let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
            books.now = self.now();
            let done = change(&mut books);
            (done, std::mem::take(&mut books.outbox))
        };
        self.hooks.dispatch(self, events);
        done
    }

    fn acknowledged(&self, event: &str) {
        self.books.lock().unwrap_or_else(PoisonError::into_inner).acknowledged.insert(event.to_owned());
    }
}

impl StripeStandIn {
    /// On a free port of this machine.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start() -> Self {
        Self::start_on(SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// # Panics
    /// When the address is taken.
    pub async fn start_on(address: SocketAddr) -> Self {
        let acceptor = TcpListener::bind(address).into_acceptor().await.expect("a free address");
        let bound = acceptor.local_addr().pop().and_then(|a| a.0.as_socket_addr().copied()).expect("its address");
        let base = format!("http://{bound}");
        let books = Books { base, api_version: "2026-09-30.endive".to_owned(), ..Books::default() };
        let stand = Stand {
            books: Arc::new(Mutex::new(books)),
            faults: Arc::default(),
            hooks: Arc::new(Hooks::new()),
            runtime: Handle::current(),
            clock: Arc::default(),
        };
        let routes = http::routes(stand.clone());
        let server = tokio::spawn(async move {
            let _ = poem::Server::new_with_acceptor(acceptor).run(routes).await;
        });
        Self { stand, server }
    }

    /// What a shop calls `stripe.url`.
    pub fn url(&self) -> String {
        self.read(|books| books.base.clone())
    }

    // ---- the customer -----------------------------------------------------------------------

    /// Pays a page with a card; the payment's name.
    ///
    /// # Errors
    /// When the page is not open, as Stripe says it.
    pub fn pay(&self, session: &str) -> Result<String, Refusal> {
        self.stand.change(|books| books.complete(session, true))
    }

    /// Completes a page with a debit that takes days.
    ///
    /// # Errors
    /// When the page is not open.
    pub fn pay_by_bank(&self, session: &str) -> Result<String, Refusal> {
        self.stand.change(|books| books.complete(session, false))
    }

    /// The bank of a debit says yes.
    ///
    /// # Errors
    /// When nothing waits for it.
    pub fn bank_pays(&self, session: &str) -> Result<String, Refusal> {
        self.stand.change(|books| books.decide(session, true))
    }

    /// The bank of a debit says no.
    ///
    /// # Errors
    /// When nothing waits for it.
    pub fn bank_refuses(&self, session: &str) -> Result<String, Refusal> {
        self.stand.change(|books| books.decide(session, false))
    }

    /// A card is declined; the page stays open.
    ///
    /// # Errors
    /// When the page is not open.
    pub fn decline(&self, session: &str) -> Result<String, Refusal> {
        self.stand.change(|books| books.decline(session))
    }

    /// # Errors
    /// When the page is not open.
    pub fn expire(&self, session: &str) -> Result<(), Refusal> {
        self.stand.change(|books| books.expire(session)).map(|_| ())
    }

    // ---- Stripe's own pages, and the banks ------------------------------------------------------

    /// A refund that staff make at Stripe, whole (`None`) or in part; its name.
    ///
    /// # Errors
    /// When there is not so much left, or the payment is disputed.
    pub fn refund(&self, payment: &str, amount: Option<i64>) -> Result<String, Refusal> {
        self.stand.change(|books| books.refund(payment, amount, Map::new()))
    }

    /// From now on refunds wait for [`Self::refund_succeeds`] or [`Self::refund_fails`].
    pub fn refunds_wait(&self, wait: bool) {
        self.stand.change(|books| books.refunds_wait = wait);
    }

    /// # Errors
    /// When the refund has ended.
    pub fn refund_succeeds(&self, refund: &str) -> Result<(), Refusal> {
        self.stand.change(|books| books.refund_ends(refund, true))
    }

    /// The money comes back, also from a refund that had gone through.
    ///
    /// # Errors
    /// When the refund has failed before.
    pub fn refund_fails(&self, refund: &str) -> Result<(), Refusal> {
        self.stand.change(|books| books.refund_ends(refund, false))
    }

    /// The customer's bank takes the money; the dispute's name.
    ///
    /// # Errors
    /// When there is not so much left, or it is disputed already.
    pub fn dispute(&self, payment: &str, amount: Option<i64>) -> Result<String, Refusal> {
        self.stand.change(|books| books.dispute(payment, amount, false))
    }

    /// The customer's bank asks, and takes nothing yet; the dispute's name.
    ///
    /// # Errors
    /// As [`Self::dispute`].
    pub fn inquire(&self, payment: &str) -> Result<String, Refusal> {
        self.stand.change(|books| books.dispute(payment, None, true))
    }

    /// An inquiry becomes a dispute: now the money is taken.
    ///
    /// # Errors
    /// When it is no inquiry.
    pub fn escalate(&self, dispute: &str) -> Result<(), Refusal> {
        self.stand.change(|books| books.escalate(dispute))
    }

    /// # Errors
    /// When the dispute has ended.
    pub fn win(&self, dispute: &str) -> Result<(), Refusal> {
        self.stand.change(|books| books.dispute_ends(dispute, true))
    }

    /// # Errors
    /// When the dispute has ended.
    pub fn lose(&self, dispute: &str) -> Result<(), Refusal> {
        self.stand.change(|books| books.dispute_ends(dispute, false))
    }

    // ---- what goes wrong ------------------------------------------------------------------------

    pub fn faults(&self) -> &Faults {
        &self.stand.faults
    }

    /// Events go to this address from now on, signed with this secret.
    pub fn webhooks(&self, url: &str, secret: &str) {
        self.stand.hooks.to(url, secret);
    }

    /// Events stay here, as if the shop had named no address.
    pub fn no_webhooks(&self) {
        self.stand.hooks.nowhere();
    }

    /// How each event travels; at once and in no promised order unless told otherwise.
    pub fn delivery(&self, plan: impl FnMut(&StripeEvent) -> Vec<Sending> + Send + 'static) {
        self.stand.hooks.plan(plan);
    }

    /// Sends an event now; what the shop answered, or nothing when it did not.
    pub async fn send(&self, event: &StripeEvent, signed: Signed) -> Option<u16> {
        self.stand.hooks.send(&self.stand, event, signed).await
    }

    /// Sends again what the shop has not answered well, as Stripe does for three days; how many are
    /// still left.
    pub async fn send_again(&self) -> usize {
        for event in self.unacknowledged() {
            self.send(&event, Signed::Right).await;
        }
        self.unacknowledged().len()
    }

    /// Waits until no event is under way.
    pub async fn quiet(&self) {
        self.stand.hooks.quiet().await;
    }

    /// Sets Stripe's clock, in seconds; `None` is the machine's. Pages whose time is over close.
    pub fn set_clock(&self, at: Option<i64>) {
        *self.stand.clock.lock().unwrap_or_else(PoisonError::into_inner) = at;
        self.stand.change(Books::pass);
    }

    /// Stripe's clock goes forward.
    pub fn advance(&self, time: Duration) {
        let now = self.stand.now();
        self.set_clock(Some(now + i64::try_from(time.as_secs()).unwrap_or(0)));
    }

    /// Events are written in another version of the API; before `2022-11-15` a charge brings its refunds.
    pub fn speak(&self, api_version: &str) {
        self.stand.change(|books| api_version.clone_into(&mut books.api_version));
    }

    /// Forgets idempotency keys, as Stripe does after a day.
    pub fn forget_keys(&self) {
        self.stand.change(|books| books.keys.clear());
    }

    // ---- what Stripe knows ------------------------------------------------------------------------

    /// The money that the account holds, in Stripe's minor units: what a ledger must agree with.
    pub fn balance(&self) -> Balance {
        self.read(Books::balance)
    }
    /// Oldest first, as all of these.
    pub fn sessions(&self) -> Vec<Session> {
        self.read(|books| books.sessions.values().cloned().collect())
    }
    pub fn session(&self, id: &str) -> Option<Session> {
        self.read(|books| books.sessions.get(id).cloned())
    }
    pub fn payments(&self) -> Vec<Payment> {
        self.read(|books| books.payments.values().cloned().collect())
    }
    pub fn refunds(&self) -> Vec<Refund> {
        self.read(|books| books.refunds.values().cloned().collect())
    }
    pub fn disputes(&self) -> Vec<Dispute> {
        self.read(|books| books.disputes.values().cloned().collect())
    }
    pub fn movements(&self) -> Vec<Movement> {
        self.read(|books| books.movements.values().cloned().collect())
    }
    /// Every event so far, sent or not.
    pub fn events(&self) -> Vec<StripeEvent> {
        self.read(|books| books.events.clone())
    }
    /// Events that the shop has not answered with 2xx.
    pub fn unacknowledged(&self) -> Vec<StripeEvent> {
        self.read(|books| books.events.iter().filter(|e| !books.acknowledged.contains(&e.id)).cloned().collect())
    }
    /// Every sending so far and what the shop answered.
    pub fn deliveries(&self) -> Vec<(String, Option<u16>)> {
        self.stand.hooks.deliveries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn read<T>(&self, read: impl FnOnce(&Books) -> T) -> T {
        read(&self.stand.books.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for StripeStandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}
