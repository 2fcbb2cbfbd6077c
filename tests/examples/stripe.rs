//! The stand-in for Stripe by itself, for trying a shop by hand:
//! `cargo run -p vitrina-tests --example stripe -- 127.0.0.1:8420 http://127.0.0.1:8080/hooks/stripe`

use vitrina_tests::stripe::StripeStandIn;

const SECRET: &str = "whsec_rehearsal";

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let address = args.next().unwrap_or_else(|| "127.0.0.1:8420".to_owned());
    let stripe = StripeStandIn::start_on(address.parse().expect("ADDRESS:PORT")).await;
    if let Some(shop) = args.next() {
        stripe.webhooks(&shop, SECRET);
        println!("Events go to {shop}");
    }
    println!(
        "A stand-in for Stripe listens on {0}; start the shop with\n  VITRINA_STRIPE_URL={0} VITRINA_STRIPE_KEY=sk_test_rehearsal VITRINA_STRIPE_WEBHOOK_SECRETS={SECRET}",
        stripe.url()
    );
    std::future::pending::<()>().await;
}
