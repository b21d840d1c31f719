//! The running service: bind, announce, serve, drain.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZero;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::sync::watch;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::classify::{GrpcCode, GrpcErrorsAsFailures, SharedClassifier};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::sensitive_headers::SetSensitiveRequestHeadersLayer;
use tower_http::trace::TraceLayer;
use tracing::info;

use crate::config::{Config, LimitSection};
use crate::grpc::catalog::CatalogEdge;
use crate::grpc::quoting::QuotingEdge;
use crate::quoting::Quoting;
use crate::stubs::catalog_service_server::{CatalogServiceServer, SERVICE_NAME as CATALOG};
use crate::stubs::quoting_service_server::{QuotingServiceServer, SERVICE_NAME as QUOTING};

/// Connections that wait to be accepted, for each listener.
const BACKLOG: i32 = 1_024;
/// How long an idle connection may stay silent before it is asked, and then until it is closed.
const KEEPALIVE: Duration = Duration::from_secs(60);
const KEEPALIVE_REPLY: Duration = Duration::from_secs(20);

/// A service that answers until it is stopped. Dropping it stops it without waiting for the calls
/// under way.
pub struct RunningServer {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    threads: Vec<JoinHandle<io::Result<()>>>,
}

impl RunningServer {
    /// Binds and serves on threads of its own: each has one listener on the same port and one runtime,
    /// which spares the hand-over between threads.
    ///
    /// # Errors
    /// When the address cannot be bound or a runtime cannot be made.
    pub fn start(config: &Config, road: Arc<Quoting>) -> io::Result<Self> {
        let asked = config.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 50_051)));
        let threads = config
            .threads
            .map_or_else(|| std::thread::available_parallelism().map_or(1, NonZero::get), usize::from);
        let unbound = |cause: io::Error| io::Error::new(cause.kind(), format!("{asked}: {cause}"));
        vacant(asked).map_err(unbound)?;
        let first = listener(asked).map_err(unbound)?;
        let address = first.local_addr()?;
        let mut listeners = vec![first];
        for _ in 1..threads {
            listeners.push(listener(address)?);
        }
        let (stop, stopped) = watch::channel(false);
        let mut running = Self { address, stop, threads: Vec::new() };
        for (index, listener) in listeners.into_iter().enumerate() {
            let (road, limits, stopped) = (Arc::clone(&road), config.limits, stopped.clone());
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let serve = move || runtime.block_on(serve(listener, road, limits, stopped));
            let name = format!("serve-{index}");
            running.threads.push(std::thread::Builder::new().name(name).spawn(serve)?);
        }
        info!(%address, threads, "serving");
        Ok(running)
    }

    /// The address with the port that was taken.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, gives the calls under way the configured time, and returns.
    ///
    /// # Errors
    /// When a listener failed.
    pub fn stop(self) -> io::Result<()> {
        // A send fails only when every thread has ended already.
        let _ = self.stop.send(true);
        self.threads.into_iter().try_for_each(|thread| {
            thread.join().map_err(|_| io::Error::other("a serving thread panicked"))?
        })
    }
}

fn socket(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    Ok(socket)
}

/// Refuses an address that another service of the same user listens on: a shared port would let both
/// have it, and each would get some of the connections.
fn vacant(address: SocketAddr) -> io::Result<()> {
    socket(address)?.bind(&address.into())
}

fn listener(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = socket(address)?;
    // Several listeners share the port: the kernel spreads connections over the threads.
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

async fn serve(
    listener: TcpListener,
    road: Arc<Quoting>,
    limits: LimitSection,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    let incoming = TcpIncoming::from(tokio::net::TcpListener::from_std(listener)?).with_nodelay(Some(true));
    let (health, health_service) = tonic_health::server::health_reporter();
    for service in ["", QUOTING, CATALOG] {
        health.set_service_status(service, tonic_health::ServingStatus::Serving).await;
    }
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(quotient_proto::DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let quoting = QuotingServiceServer::new(QuotingEdge::new(Arc::clone(&road)))
        .max_decoding_message_size(limits.request_bytes as usize)
        .max_encoding_message_size(limits.reply_bytes as usize);
    let catalog = CatalogServiceServer::new(CatalogEdge::new(road))
        .max_decoding_message_size(limits.request_bytes as usize)
        .max_encoding_message_size(limits.reply_bytes as usize);

    let callers_mistakes = [
        GrpcCode::Cancelled,
        GrpcCode::InvalidArgument,
        GrpcCode::NotFound,
        GrpcCode::FailedPrecondition,
        GrpcCode::Unimplemented,
    ];
    // The stack, outermost first.
    let stack = ServiceBuilder::new()
        // Credentials never reach a log.
        .layer(SetSensitiveRequestHeadersLayer::new([http::header::AUTHORIZATION]))
        // A call can be found again, on both sides.
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        // One span for each call; what only its caller can mend is no error of ours in the log.
        .layer(TraceLayer::new(SharedClassifier::new(
            callers_mistakes
                .into_iter()
                .fold(GrpcErrorsAsFailures::new(), GrpcErrorsAsFailures::with_success),
        )))
        // More calls than the thread can carry are refused at once, not queued.
        .layer(LoadShedLayer::new())
        .layer(GlobalConcurrencyLimitLayer::new(usize::from(limits.calls)))
        // A panic costs its own call.
        .layer(CatchPanicLayer::custom(|_| {
            tracing::error!("a call panicked");
            crate::grpc::status::internal().into_http::<tonic::body::Body>()
        }))
        .into_inner();

    let mut drain = stopped.clone();
    let server = Server::builder()
        .layer(stack)
        .http2_keepalive_interval(Some(KEEPALIVE))
        .http2_keepalive_timeout(Some(KEEPALIVE_REPLY))
        .max_concurrent_streams(Some(u32::from(limits.streams)))
        .add_service(health_service)
        .add_service(reflection().build_v1().map_err(io::Error::other)?)
        // Most clients of other languages still ask the older version.
        .add_service(reflection().build_v1alpha().map_err(io::Error::other)?)
        .add_service(quoting)
        .add_service(catalog)
        .serve_with_incoming_shutdown(incoming, async move {
            // An error means that whoever could stop us is gone.
            let _ = stopped.wait_for(|stopped| *stopped).await;
        });
    let give_up = async {
        let _ = drain.wait_for(|stopped| *stopped).await;
        tokio::time::sleep(Duration::from_millis(limits.drain_ms.into())).await;
    };
    tokio::select! {
        served = server => served.map_err(io::Error::other),
        // A silent peer must not keep the service from stopping.
        () = give_up => Ok(()),
    }
}
