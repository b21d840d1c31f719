//! What an answer costs, in one run: the whole road against a bare echo, and the plugin boundary against
//! the same adapter called directly.
//!
//! Both servers run the same way: two threads, each with a runtime and a listener of its own on one port.
//! Load and servers share the machine, and rounds alternate, so that what disturbs one disturbs the other.

#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark that fails must say so and end")]
#![allow(clippy::arithmetic_side_effects, clippy::float_arithmetic, reason = "rates and times, no money")]

use std::net::SocketAddr;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use prost::Message as _;
use quotient_adapter_amazon_connect::AmazonConnect;
use quotient_plugin_api::adapter::{Answer, VendorAdapter as _};
use quotient_plugin_api::pricing::price_offers;
use quotient_plugin_api::quote::Quote;
use quotient_plugin_api::requirement::Requirement;
use quotient_plugin_api::wire;
use quotient_proto::v1;
use quotient_service::config::Config;
use quotient_service::plugins::Instance;
use quotient_service::server::RunningServer;
use quotient_tests::{adapter_library, bundled_requirement, plugins, road_over};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::codegen::{Body, BoxFuture, Bytes, Context, Poll, Service, StdError, http};
use tonic::transport::Channel;

// As the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PRODUCT: &str = "amazon-connect";
const QUOTE: &str = "/quotient.v1.QuotingService/Quote";
const ECHO: &str = "/bench.Echo/Echo";

const SERVER_THREADS: u16 = 2;
const CLIENT_THREADS: usize = 2;
const CONNECTIONS_EACH: usize = 4;
const IN_FLIGHT_EACH: usize = 16;
const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_secs(1);

const BATCHES: usize = 41;
const QUOTES_OF_A_BATCH: u32 = 500;

fn main() {
    let state = tempfile::tempdir().expect("a temporary directory");
    let any_port = Some(([127, 0, 0, 1], 0).into());
    let config = Config { listen: any_port, threads: Some(SERVER_THREADS), ..Config::default() };
    let road = road_over(&config, &plugins(vec![adapter_library("amazon_connect")], state.path()));
    let instance = road.registry().snapshot().product(PRODUCT).expect("the plugin has the product");
    println!(
        "{PRODUCT}, the bundled requirement, {} processors, load and servers on the same machine",
        thread::available_parallelism().map_or(1, usize::from)
    );
    compare_boundary(&instance);

    let server = RunningServer::start(&config, road).expect("a free port");
    compare_servers(server.address());
    server.stop().expect("the server stops");
}

// === Through gRPC ===

fn compare_servers(quoting: SocketAddr) {
    let request = v1::QuoteRequest {
        product_id: PRODUCT.to_owned(),
        requirement: Some(bundled_requirement()),
        view: v1::QuoteView::Basic.into(),
    };
    let request = Bytes::from(request.encode_to_vec());
    let mut road = Load { address: quoting, path: QUOTE, threads: "serve-", request, response_bytes: None };
    let response = road.ask_once();
    let quote = v1::QuoteResponse::decode(response.clone()).expect("a quote").quote.expect("a quote");
    assert!(!quote.body.expect("a body").line_items.is_empty(), "a quote has lines");
    road.response_bytes = Some(response.len());
    let echo = Load { address: start_echo(response), path: ECHO, threads: "echo-", ..road.clone() };

    // Warm.
    road.round();
    echo.round();
    let rounds: Vec<_> = (0..ROUNDS).map(|_| (road.round(), echo.round())).collect();
    let rates = |of: fn(&(Round, Round)) -> f64| Spread::of(rounds.iter().map(of));
    let (ours, bare) = (rates(|(road, _)| road.rate), rates(|(_, echo)| echo.rate));
    println!(
        "gRPC, {} connections with {IN_FLIGHT_EACH} calls in flight each, request {} B, reply {} B, median of {ROUNDS} rounds (min to max):",
        CLIENT_THREADS * CONNECTIONS_EACH,
        road.request.len(),
        road.response_bytes.unwrap_or_default(),
    );
    println!("  quotes per second    {}", ours.whole());
    println!("  echoes per second    {}", bare.whole());
    println!("  quote ÷ echo         {}", rates(|(road, echo)| road.rate / echo.rate).ratio());
    if rounds.iter().all(|(road, echo)| road.server_us > 0.0 && echo.server_us > 0.0) {
        println!("  server µs a quote    {}", rates(|(road, _)| road.server_us).tenths());
        println!("  server µs an echo    {}", rates(|(_, echo)| echo.server_us).tenths());
    }
}

/// Calls that are made again and again.
#[derive(Clone)]
struct Load {
    address: SocketAddr,
    path: &'static str,
    /// How the names of the server's threads begin.
    threads: &'static str,
    request: Bytes,
    /// Every reply must have this size.
    response_bytes: Option<usize>,
}

/// What came of a round.
struct Round {
    /// Calls per second.
    rate: f64,
    /// Processor time of the server's threads for each call; zero where it cannot be known.
    server_us: f64,
}

impl Load {
    fn ask_once(&self) -> Bytes {
        runtime().block_on(async { self.ask(&mut self.connect().await).await })
    }

    async fn connect(&self) -> tonic::client::Grpc<Channel> {
        let endpoint = Channel::from_shared(format!("http://{}", self.address)).expect("an address");
        tonic::client::Grpc::new(endpoint.tcp_nodelay(true).connect().await.expect("a server"))
    }

    async fn ask(&self, client: &mut tonic::client::Grpc<Channel>) -> Bytes {
        client.ready().await.expect("a connection");
        let request = tonic::Request::new(self.request.clone());
        let path = PathAndQuery::from_static(self.path);
        let response = client.unary(request, path, BytesCodec).await;
        let response = response.unwrap_or_else(|status| panic!("{}: {status:?}", self.path)).into_inner();
        let expected = self.response_bytes.unwrap_or(response.len());
        assert_eq!(response.len(), expected, "{}: the size of a reply", self.path);
        response
    }

    /// A round with connections of its own: the kernel spreads them over the listeners anew each time.
    fn round(&self) -> Round {
        let start = Barrier::new(CLIENT_THREADS + 1);
        thread::scope(|scope| {
            let clients: Vec<_> =
                (0..CLIENT_THREADS).map(|_| scope.spawn(|| self.run_client(&start))).collect();
            start.wait();
            let (began, busy_before) = (Instant::now(), busy_ns(self.threads));
            let calls: u32 = clients.into_iter().map(|client| client.join().expect("a client")).sum();
            let (elapsed, busy) = (began.elapsed(), busy_ns(self.threads) - busy_before);
            let calls = f64::from(calls);
            Round { rate: calls / elapsed.as_secs_f64(), server_us: busy as f64 / 1_000.0 / calls }
        })
    }

    fn run_client(&self, start: &Barrier) -> u32 {
        runtime().block_on(async {
            let mut clients = Vec::new();
            for _ in 0..CONNECTIONS_EACH {
                let mut client = self.connect().await;
                self.ask(&mut client).await;
                clients.push(client);
            }
            start.wait();
            let end = Instant::now() + ROUND;
            let mut workers = tokio::task::JoinSet::new();
            for client in clients {
                for _ in 0..IN_FLIGHT_EACH {
                    let (load, mut client) = (self.clone(), client.clone());
                    workers.spawn(async move {
                        let mut calls = 0_u32;
                        while Instant::now() < end {
                            load.ask(&mut client).await;
                            calls += 1;
                        }
                        calls
                    });
                }
            }
            workers.join_all().await.into_iter().sum()
        })
    }
}

/// Processor time that threads of this process with such names have had; zero where it cannot be known.
fn busy_ns(names: &str) -> u64 {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return 0 };
    let busy = threads.filter_map(|thread| {
        let thread = thread.ok()?.path();
        let name = std::fs::read_to_string(thread.join("comm")).ok()?;
        let times = std::fs::read_to_string(thread.join("schedstat")).ok()?;
        name.starts_with(names).then(|| times.split(' ').next()?.parse::<u64>().ok()).flatten()
    });
    busy.sum()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

// === The bare echo: a service of tonic that answers a message of a given size ===

fn start_echo(response: Bytes) -> SocketAddr {
    let listen = |address: SocketAddr| {
        let socket = tokio::net::TcpSocket::new_v4()?;
        #[cfg(unix)]
        socket.set_reuseport(true)?;
        socket.bind(address)?;
        socket.listen(1_024)
    };
    let mut address = SocketAddr::from(([127, 0, 0, 1], 0));
    for index in 0..SERVER_THREADS {
        let runtime = runtime();
        let listener = {
            let _inside = runtime.enter();
            listen(address).expect("a free port")
        };
        address = listener.local_addr().expect("an address");
        let echo = Echo { response: response.clone() };
        let serve = move || {
            let incoming = tonic::transport::server::TcpIncoming::from(listener).with_nodelay(Some(true));
            let server = tonic::transport::Server::builder().add_service(echo);
            runtime.block_on(server.serve_with_incoming(incoming)).expect("the echo serves");
        };
        thread::Builder::new().name(format!("echo-{index}")).spawn(serve).expect("a thread");
    }
    address
}

#[derive(Clone)]
struct Echo {
    response: Bytes,
}

impl tonic::server::NamedService for Echo {
    const NAME: &'static str = "bench.Echo";
}

impl tonic::server::UnaryService<Bytes> for Echo {
    type Response = Bytes;
    type Future = std::future::Ready<Result<tonic::Response<Bytes>, tonic::Status>>;

    fn call(&mut self, _: tonic::Request<Bytes>) -> Self::Future {
        std::future::ready(Ok(tonic::Response::new(self.response.clone())))
    }
}

impl<B> Service<http::Request<B>> for Echo
where
    B: Body + Send + 'static,
    B::Error: Into<StdError> + Send + 'static,
{
    type Response = http::Response<tonic::body::Body>;
    type Error = std::convert::Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let echo = self.clone();
        Box::pin(async move { Ok(tonic::server::Grpc::new(BytesCodec).unary(echo, request).await) })
    }
}

/// Messages as the bytes that they are.
#[derive(Clone, Copy, Default)]
struct BytesCodec;

impl tonic::codec::Codec for BytesCodec {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl tonic::codec::Encoder for BytesCodec {
    type Item = Bytes;
    type Error = tonic::Status;

    fn encode(&mut self, item: Bytes, out: &mut tonic::codec::EncodeBuf<'_>) -> Result<(), tonic::Status> {
        prost::bytes::BufMut::put(out, item);
        Ok(())
    }
}

impl tonic::codec::Decoder for BytesCodec {
    type Item = Bytes;
    type Error = tonic::Status;

    fn decode(&mut self, from: &mut tonic::codec::DecodeBuf<'_>) -> Result<Option<Bytes>, tonic::Status> {
        use prost::bytes::Buf as _;

        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

// === Through the plugin boundary ===

fn compare_boundary(instance: &Arc<Instance>) {
    let mut resolved = bundled_requirement();
    wire::resolve(&mut resolved, "2026-11-22".parse().expect("a date"));
    let requirement = wire::requirement_from_wire(&resolved).expect("the bundled requirement is right");
    let products = AmazonConnect::library().products;
    let adapter = AmazonConnect::open(products.first().expect("a product")).expect("the sheet is right");
    let through = || quote_through(instance, &resolved, &requirement);
    let direct = || adapter.quote(&requirement).expect("a quote");
    assert_eq!(through(), direct(), "the boundary changes nothing");

    batch_us(through);
    batch_us(direct);
    let batches: Vec<_> = (0..BATCHES).map(|_| (batch_us(through), batch_us(direct))).collect();
    let times = |of: fn(&(f64, f64)) -> f64| Spread::of(batches.iter().map(of));
    println!(
        "one quote, all offers priced, median of {BATCHES} batches of {QUOTES_OF_A_BATCH} (min to max):"
    );
    println!("  through the plugin   {} µs", times(|(through, _)| *through).tenths());
    println!("  called directly      {} µs", times(|(_, direct)| *direct).tenths());
    println!("  plugin ÷ direct      {}", times(|(through, direct)| through / direct).ratio());
}

/// What the service does around a call: encode, call through the C table, decode, validate, price.
fn quote_through(instance: &Instance, resolved: &v1::Requirement, requirement: &Requirement) -> Vec<Quote> {
    let request = wire::request_to_wire(resolved.clone()).encode_to_vec();
    let in_a_minute = Instant::now() + Duration::from_secs(60);
    let response = instance.offers_inline(&request, in_a_minute).expect("an answer");
    match wire::answer_from_wire(response).expect("a valid answer") {
        Answer::Offers(offers) => price_offers(requirement, &offers).expect("a price").quotes,
        Answer::Decline(decline) => panic!("declined: {decline}"),
    }
}

fn batch_us(quote: impl Fn() -> Vec<Quote>) -> f64 {
    let began = Instant::now();
    for _ in 0..QUOTES_OF_A_BATCH {
        std::hint::black_box(quote());
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(QUOTES_OF_A_BATCH)
}

/// Median, least and most of some measurements.
struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<_> = values.collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().expect("a measurement");
        Self { median: at(values.len() / 2), least: at(0), most: at(values.len() - 1) }
    }

    fn whole(&self) -> String {
        format!("{:.0} ({:.0} to {:.0})", self.median, self.least, self.most)
    }

    fn tenths(&self) -> String {
        format!("{:.1} ({:.1} to {:.1})", self.median, self.least, self.most)
    }

    fn ratio(&self) -> String {
        format!("{:.2} ({:.2} to {:.2})", self.median, self.least, self.most)
    }
}
